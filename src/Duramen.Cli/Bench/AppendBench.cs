using System.Diagnostics;
using Duramen.Core.Binary;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Records.Batches;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>How fast records become durable, beside a plain file of the same bytes on the same disk in the same run.</summary>
internal static class AppendBench
{
    /// <summary>One producer that appends batches of a size one after the other, each durable before the next.</summary>
    public static async Task<(Samples Log, Samples Plain)> LargeAsync(IDisk disk, string path, int recordBytes, int batchBytes, long totalBytes)
    {
        byte[] batch = MakeBatch(recordBytes, batchBytes);
        long count = Math.Max(1, totalBytes / batch.Length);
        Samples plain = Baseline.GrowingSyncedWrites(disk, $"{path}/plain", batch, totalBytes);
        var samples = new Samples((int)count);
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, $"{path}/large", Quiet).ConfigureAwait(false))
        {
            DiskLog log = await folder.CreateLogAsync("large").ConfigureAwait(false);
            await log.AppendAsync(batch).ConfigureAwait(false);
            samples.Start();
            for (long index = 0; index < count; index++)
            {
                long began = Stopwatch.GetTimestamp();
                await log.AppendAsync(batch).ConfigureAwait(false);
                samples.Add(began);
            }

            samples.Stop();
        }

        disk.DeleteFolder($"{path}/large");
        return (samples, plain);
    }

    /// <summary>Many producers, each waiting for one small record to be durable before it appends the next.</summary>
    public static async Task<(Samples Log, JournalStatistics Journal)> ConcurrentAsync(
        IDisk disk, string path, int recordBytes, int writers, int logs, TimeSpan duration)
    {
        var all = new Samples(1 << 20);
        JournalStatistics statistics;
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, $"{path}/many", Quiet).ConfigureAwait(false))
        {
            var targets = new DiskLog[logs];
            for (int index = 0; index < logs; index++)
            {
                targets[index] = await folder.CreateLogAsync($"log {index}").ConfigureAwait(false);
            }

            await RunWritersAsync(targets, recordBytes, writers, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            JournalStatistics before = folder.Statistics;
            all.Start();
            Samples[] samples = await RunWritersAsync(targets, recordBytes, writers, duration).ConfigureAwait(false);
            all.Stop();
            Array.ForEach(samples, all.Merge);
            statistics = new JournalStatistics(
                folder.Statistics.GroupsSynced - before.GroupsSynced,
                folder.Statistics.OperationsSynced - before.OperationsSynced,
                folder.Statistics.DirectBytes - before.DirectBytes);
        }

        disk.DeleteFolder($"{path}/many");
        return (all, statistics);
    }

    /// <summary>
    /// Processor time of the whole process for one record, in nanoseconds: built, appended and applied on a disk in memory, where a sync costs nothing.
    /// </summary>
    public static async Task<double> PipelineAsync(int recordBytes, int recordsPerBatch, int records)
    {
        await using DataFolder folder = await DataFolder.OpenAsync(new MemoryDisk(), "/pipeline", Quiet).ConfigureAwait(false);
        DiskLog log = await folder.CreateLogAsync("pipeline").ConfigureAwait(false);
        using var builder = new RecordBatchBuilder();
        byte[] value = new byte[recordBytes];
        await AppendManyAsync(records).ConfigureAwait(false);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await AppendManyAsync(records).ConfigureAwait(false);
        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / records;

        async Task AppendManyAsync(int count)
        {
            for (int done = 0; done < count; done += recordsPerBatch)
            {
                builder.Reset();
                for (int record = 0; record < recordsPerBatch; record++)
                {
                    builder.Append(done, NullableBytes.Null, value);
                }

                await log.AppendAsync(builder.Build()).ConfigureAwait(false);
            }
        }
    }

    private static StorageOptions Quiet => new() { MaintenanceInterval = TimeSpan.Zero };

    private static Task<Samples[]> RunWritersAsync(DiskLog[] logs, int recordBytes, int writers, TimeSpan duration)
    {
        long end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        return Task.WhenAll(Enumerable.Range(0, writers).Select(index => Task.Run(async () =>
        {
            byte[] batch = MakeBatch(recordBytes, 1);
            DiskLog log = logs[index % logs.Length];
            var samples = new Samples(4096);
            long began = Stopwatch.GetTimestamp();
            while (began < end)
            {
                await log.AppendAsync(batch).ConfigureAwait(false);
                samples.Add(began);
                began = Stopwatch.GetTimestamp();
            }

            return samples;
        })));
    }

    /// <summary>Appends a batch again and again, until so many bytes are in the log.</summary>
    public static Task FillAsync(DiskLog log, byte[] batch, long totalBytes) =>
        BenchFill.AppendAllAsync(log, Enumerable.Range(0, (int)((totalBytes + batch.Length - 1) / batch.Length)).Select(_ => batch.AsSpan().ToArray()));

    /// <summary>A batch of records of a size: as many as fill it, and at least one.</summary>
    public static byte[] MakeBatch(int recordBytes, int batchBytes)
    {
        using var builder = new RecordBatchBuilder();
        byte[] value = new byte[recordBytes];
        new Random(1).NextBytes(value);
        do
        {
            builder.Append(0, NullableBytes.Null, value);
        }
        while (builder.SizeBytes + recordBytes + 16 <= batchBytes);

        return builder.Build().ToArray();
    }
}
