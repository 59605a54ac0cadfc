using System.Buffers.Binary;
using System.Diagnostics;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage;
using Duramen.Storage.Compaction;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>How fast a log is compacted, and in how much memory.</summary>
internal static class CompactBench
{
    private const int RecordBytes = 100;
    private const int RecordsPerBatch = 100;

    /// <summary>Fills a log and compacts it once; returns bytes of input a second, and by how much the working set grew at most.</summary>
    public static async Task<(double BytesPerSecond, long PeakBytes)> RunAsync(
        IDisk disk, string path, long totalBytes, int repeats, CancellationToken interrupted)
    {
        disk.DeleteFolder(path);
        CompactionResult result;
        long peak;
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, path, new StorageOptions { MaintenanceInterval = TimeSpan.Zero }).ConfigureAwait(false))
        {
            var options = new LogOptions { Cleanup = CleanupPolicy.Compact, SegmentSizeBytes = 256 << 20 };
            DiskLog log = await folder.CreateLogAsync("compact", options).ConfigureAwait(false);
            await FillAsync(log, totalBytes, repeats).ConfigureAwait(false);
            folder.Checkpoint();
            GC.Collect();
            long start = Environment.WorkingSet;
            peak = start;
            using var watch = new Timer(_ => peak = Math.Max(peak, Environment.WorkingSet), null, 0, 20);
            result = await folder.CompactAsync(log, force: true, interrupted).ConfigureAwait(false);
            peak -= start;
        }

        disk.DeleteFolder(path);
        return (result.BytesBefore / result.Duration.TotalSeconds, peak);
    }

    private static async Task FillAsync(DiskLog log, long totalBytes, int repeats)
    {
        long records = totalBytes / RecordBytes;
        long keys = Math.Max(1, records / repeats);
        using var builder = new RecordBatchBuilder();
        byte[] key = new byte[16];
        byte[] value = new byte[RecordBytes - key.Length];
        var pending = new Queue<Task>();
        for (long index = 0; index < records;)
        {
            builder.Reset();
            for (int inBatch = 0; inBatch < RecordsPerBatch; inBatch++, index++)
            {
                // An odd multiplier spreads the keys, so that neighbours in the log are no neighbours among the keys.
                BinaryPrimitives.WriteInt64LittleEndian(key, index % keys * 0x2545F4914F6CDD1D);
                BinaryPrimitives.WriteInt64LittleEndian(value, index);
                builder.Append(index, key, value);
            }

            pending.Enqueue(log.AppendAsync(builder.Build().ToArray()).AsTask());
            if (pending.Count > 64)
            {
                await pending.Dequeue().ConfigureAwait(false);
            }
        }

        await Task.WhenAll(pending).ConfigureAwait(false);
    }
}
