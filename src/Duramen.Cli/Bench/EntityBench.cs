using System.Diagnostics;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Entities;

namespace Duramen.Cli.Bench;

/// <summary>How fast records are appended to entities that must be at a version, beside plain appends of the same records, and how fast entities are read.</summary>
internal static class EntityBench
{
    public const int RecordBytes = 100;
    private const int ValueBytes = RecordBytes - BenchFill.KeyBytes;
    private const int EntitiesPerWriter = 100;
    private const int RecordsPerBatch = 100;
    private const int FillRecordsPerBatch = 1000;
    private const int HotEntities = 1000;
    private const int Reads = 20_000;

    // So that every measurement has entities of its own, that are at no version yet.
    private static long _nextEntity = 1L << 40;

    /// <summary>Writers that each wait for one record to be committed, whatever else is in the log.</summary>
    public static BenchCallers Plain(ILog log, int writers) => new(writers, writer =>
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, BenchFill.KeyOf(writer), new byte[ValueBytes]);
        byte[] batch = builder.Build().ToArray();
        return async () => await log.AppendAsync(batch).ConfigureAwait(false);
    });

    /// <summary>Writers that each wait for one record to be appended to one of their entities at the version that it has.</summary>
    public static BenchCallers Expected(EntityLog entities, int writers) => new(writers, _ =>
    {
        NewRecord[] records = [new byte[ValueBytes]];
        var keys = new EntityKey[EntitiesPerWriter];
        var versions = new EntityVersion[EntitiesPerWriter];
        int next = 0;
        for (int entity = 0; entity < keys.Length; entity++)
        {
            keys[entity] = BenchFill.KeyOf(Interlocked.Increment(ref _nextEntity));
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
                builder.Append(0, BenchFill.KeyOf(-1 - producer - (record * 1000L)), new byte[ValueBytes]);
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
    public static Task FillAsync(ILog log, long records, long entities)
    {
        byte[] key = new byte[BenchFill.KeyBytes];
        byte[] value = new byte[ValueBytes];
        return BenchFill.AppendAllAsync(log, BenchFill.Batches(records, FillRecordsPerBatch, (builder, index) =>
        {
            BenchFill.WriteKey(key, BenchFill.NumberOf(index, entities));
            builder.Append(index, key, value);
        }));
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
            EntityKey key = BenchFill.KeyOf(random.NextInt64(count));
            long began = Stopwatch.GetTimestamp();
            await entities.ReadAsync(key).ConfigureAwait(false);
            samples.Add(began);
        }

        return samples.PercentileMs(0.5) * 1000;
    }
}
