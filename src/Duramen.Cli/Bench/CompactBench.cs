using System.Buffers.Binary;
using System.Diagnostics;
using Duramen.Disk;
using Duramen.Log;
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

    /// <summary>Fills a log and compacts it once; returns bytes of input a second, and by how many MiB the working set grew at most.</summary>
    public static async Task<(double BytesPerSecond, double PeakMebibytes)> RunAsync(
        IDisk disk, string path, long totalBytes, int repeats, CancellationToken interrupted)
    {
        disk.DeleteFolder(path);
        CompactionResult result;
        double mebibytes;
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, path, new StorageOptions { MaintenanceInterval = TimeSpan.Zero }).ConfigureAwait(false))
        {
            var options = new LogOptions { Cleanup = CleanupPolicy.Compact, SegmentSizeBytes = 256 << 20 };
            DiskLog log = await folder.CreateLogAsync("compact", options).ConfigureAwait(false);
            await FillAsync(log, totalBytes, repeats).ConfigureAwait(false);
            folder.Checkpoint();
            using var peak = new WorkingSetPeak();
            result = await folder.CompactAsync(log, force: true, interrupted).ConfigureAwait(false);
            mebibytes = peak.Mebibytes;
        }

        disk.DeleteFolder(path);
        return (result.BytesBefore / result.Duration.TotalSeconds, mebibytes);
    }

    private static Task FillAsync(DiskLog log, long totalBytes, int repeats)
    {
        long records = totalBytes / RecordBytes;
        long keys = Math.Max(1, records / repeats);
        byte[] key = new byte[BenchFill.KeyBytes];
        byte[] value = new byte[RecordBytes - BenchFill.KeyBytes];
        return BenchFill.AppendAllAsync(log, BenchFill.Batches(records, RecordsPerBatch, (builder, index) =>
        {
            BenchFill.WriteKey(key, index % keys);
            BinaryPrimitives.WriteInt64LittleEndian(value, index);
            builder.Append(index, key, value);
        }));
    }
}
