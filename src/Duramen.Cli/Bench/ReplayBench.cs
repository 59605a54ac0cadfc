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
    /// <summary>Bytes a second of the log, of the log with every record decoded, and of the plain read; one of each per run.</summary>
    public static async Task<(double[] Batches, double[] Records, double[] Plain)> RunAsync(
        IDisk disk, string path, int recordBytes, int batchBytes, long totalBytes, int runs)
    {
        string folderPath = $"{path}/replay";
        disk.DeleteFolder(folderPath);
        double[] batches = new double[runs];
        double[] records = new double[runs];
        double[] plain = new double[runs];
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, folderPath, new StorageOptions { MaintenanceInterval = TimeSpan.Zero }).ConfigureAwait(false))
        {
            DiskLog log = await folder.CreateLogAsync("replay", new LogOptions { SegmentSizeBytes = 2L << 30 }).ConfigureAwait(false);
            await AppendBench.FillAsync(log, AppendBench.MakeBatch(recordBytes, batchBytes), totalBytes).ConfigureAwait(false);
            folder.Checkpoint();
            string file = SegmentPath(disk, $"{folderPath}/logs/{log.Id}");
            for (int run = -1; run < runs; run++)
            {
                double plainRate = Baseline.ReadWithChecksum(disk, file);
                double batchRate = await ReadAsync(log, decode: false).ConfigureAwait(false);
                double recordRate = await ReadAsync(log, decode: true).ConfigureAwait(false);
                if (run >= 0)
                {
                    (plain[run], batches[run], records[run]) = (plainRate, batchRate, recordRate);
                }
            }
        }

        disk.DeleteFolder(folderPath);
        return (batches, records, plain);
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
