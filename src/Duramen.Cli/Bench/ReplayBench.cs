using System.Diagnostics;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>How fast a log is read back from the page cache with every checksum verified, beside a plain read of the same bytes with a CRC-32C.</summary>
internal static class ReplayBench
{
    private const double Mebi = 1 << 20;

    /// <summary>Measures MiB a second of the log and of the log with every record decoded, each beside the plain read.</summary>
    public static async Task RunAsync(BenchSession session, int recordBytes, int batchBytes, BenchFigure batches, BenchFigure records)
    {
        IDisk disk = BenchSession.Disk;
        string folderPath = $"{session.Path}/replay";
        disk.DeleteFolder(folderPath);
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, folderPath, new StorageOptions { MaintenanceInterval = TimeSpan.Zero }).ConfigureAwait(false))
        {
            DiskLog log = await folder.CreateLogAsync("replay", new LogOptions { SegmentSizeBytes = 2L << 30 }).ConfigureAwait(false);
            await AppendBench.FillAsync(log, AppendBench.MakeBatch(recordBytes, batchBytes), session.SizeBytes).ConfigureAwait(false);
            folder.Checkpoint();
            string file = SegmentPath(disk, $"{folderPath}/logs/{log.Id}");

            // The first run warms up.
            for (int run = -1; run < session.RunCount; run++)
            {
                double plain = Baseline.ReadWithChecksum(disk, file) / Mebi;
                double batch = await ReadAsync(log, decode: false).ConfigureAwait(false) / Mebi;
                double record = await ReadAsync(log, decode: true).ConfigureAwait(false) / Mebi;
                if (run >= 0)
                {
                    batches.Add(batch, plain);
                    records.Add(record, plain);
                }
            }
        }

        disk.DeleteFolder(folderPath);
    }

    private static async Task<double> ReadAsync(DiskLog log, bool decode)
    {
        long began = Stopwatch.GetTimestamp();
        long bytes = 0;
        Offset next = log.Watermarks.Start;
        while (true)
        {
            using LogSlice slice = await log.ReadAsync(next, ReadLimits.Default).ConfigureAwait(false);
            if (slice.Batches.IsEmpty)
            {
                return bytes / Stopwatch.GetElapsedTime(began).TotalSeconds;
            }

            bytes += slice.Batches.Length;
            next = slice.NextOffset;
            if (decode)
            {
                Decode(slice.Batches.Span);
            }
        }
    }

    private static void Decode(ReadOnlySpan<byte> batches)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            var reader = new RecordReader(batch, batch.RecordsBytes);
            while (reader.TryRead(out _))
            {
            }

            batches = batches[batch.SizeBytes..];
        }
    }

    private static string SegmentPath(IDisk disk, string folder) =>
        $"{folder}/{disk.ListFiles(folder).First(name => name.EndsWith(".segment", StringComparison.Ordinal))}";
}
