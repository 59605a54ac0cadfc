using System.Buffers.Binary;
using System.Diagnostics;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Entities;

namespace Duramen.Cli.Bench;

/// <summary>How fast records are appended to entities that must be at a version, beside plain appends of the same records, and how fast entities are read.</summary>
internal static class EntityBench
{
    public const int RecordBytes = 100;
    private const int KeyBytes = 16;
    private const int EntitiesPerWriter = 100;
    private const int RecordsPerBatch = 100;
    private const int FillRecordsPerBatch = 1000;
    private const int HotEntities = 1000;
    private const int Reads = 20_000;

    // So that every measurement has entities of its own, that are at no version yet.
    private static long _nextEntity = 1L << 40;

    /// <summary>Writers that each wait for one record to be committed, whatever else is in the log.</summary>
    public static EntityBenchWriters Plain(ILog log, int writers) => new(writers, writer =>
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, KeyOf(writer), new byte[RecordBytes - KeyBytes]);
        byte[] batch = builder.Build().ToArray();
        return async () => await log.AppendAsync(batch).ConfigureAwait(false);
    });

    /// <summary>Writers that each wait for one record to be appended to one of their entities at the version that it has.</summary>
    public static EntityBenchWriters Expected(EntityLog entities, int writers) => new(writers, _ =>
    {
        NewRecord[] records = [new byte[RecordBytes - KeyBytes]];
        var keys = new EntityKey[EntitiesPerWriter];
        var versions = new EntityVersion[EntitiesPerWriter];
        int next = 0;
        for (int entity = 0; entity < keys.Length; entity++)
        {
            keys[entity] = KeyOf(Interlocked.Increment(ref _nextEntity));
        }

        return async () =>
        {
            int entity = next++ % EntitiesPerWriter;
            versions[entity] = (await entities.AppendAsync(keys[entity], records, versions[entity]).ConfigureAwait(false)).Version;
        };
    });

    /// <summary>Writers to entities beside producers that append batches to the same log all the time, without looking at its end.</summary>
    public static async Task<(Samples Entities, double ForeignPerSecond)> ContendedAsync(EntityLog entities, int writers, int producers, TimeSpan duration)
    {
        using var isOver = new CancellationTokenSource();
        long records = 0;
        Task producing = Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Run(async () =>
        {
            using var builder = new RecordBatchBuilder();
            for (int record = 0; record < RecordsPerBatch; record++)
            {
                builder.Append(0, KeyOf(-1 - producer - (record * 1000L)), new byte[RecordBytes - KeyBytes]);
            }

            byte[] batch = builder.Build().ToArray();
            while (!isOver.IsCancellationRequested)
            {
                await entities.Log.AppendAsync(batch).ConfigureAwait(false);
                Interlocked.Add(ref records, RecordsPerBatch);
            }
        })));
        var samples = new Samples(1 << 16);
        await Expected(entities, writers).RunAsync(samples, duration).ConfigureAwait(false);
        await isOver.CancelAsync().ConfigureAwait(false);
        await producing.ConfigureAwait(false);
        return (samples, records / samples.Seconds);
    }

    /// <summary>Fills a log with records whose keys come in no order.</summary>
    public static async Task FillAsync(ILog log, long records, long entities)
    {
        using var builder = new RecordBatchBuilder();
        byte[] value = new byte[RecordBytes - KeyBytes];
        var pending = new Queue<Task>();
        for (long index = 0; index < records;)
        {
            builder.Reset();
            for (int inBatch = 0; inBatch < FillRecordsPerBatch && index < records; inBatch++, index++)
            {
                // An odd multiplier spreads the numbers, so that neighbours in the log are no neighbours among the keys.
                builder.Append(index, KeyOf((long)((ulong)(index * 0x2545F4914F6CDD1D) >> 16) % entities), value);
            }

            pending.Enqueue(log.AppendAsync(builder.Build().ToArray()).AsTask());
            if (pending.Count > 64)
            {
                await pending.Dequeue().ConfigureAwait(false);
            }
        }

        await Task.WhenAll(pending).ConfigureAwait(false);
    }

    /// <summary>The median of reading an entity whole, in microseconds: of entities that are read again and again, and of entities at random.</summary>
    public static async Task<(double Warm, double Any)> ReadAsync(EntityLog entities, long count)
    {
        var random = new Random(1);
        long hot = Math.Min(count, HotEntities);
        await MedianMicrosecondsAsync(entities, hot, random).ConfigureAwait(false);
        return (await MedianMicrosecondsAsync(entities, hot, random).ConfigureAwait(false), await MedianMicrosecondsAsync(entities, count, random).ConfigureAwait(false));
    }

    private static async Task<double> MedianMicrosecondsAsync(EntityLog entities, long count, Random random)
    {
        var samples = new Samples(Reads);
        for (int read = 0; read < Reads; read++)
        {
            EntityKey key = KeyOf(random.NextInt64(count));
            long began = Stopwatch.GetTimestamp();
            await entities.ReadAsync(key).ConfigureAwait(false);
            samples.Add(began);
        }

        return samples.PercentileMs(0.5) * 1000;
    }

    private static byte[] KeyOf(long number)
    {
        byte[] key = new byte[KeyBytes];
        BinaryPrimitives.WriteInt64BigEndian(key, number * 0x2545F4914F6CDD1D);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(sizeof(long)), number);
        return key;
    }
}
