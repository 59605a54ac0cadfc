using System.Buffers.Binary;
using System.Diagnostics;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>How fast a log on disk becomes a table, beside the same log folded into a dictionary, and how fast the table is read.</summary>
internal static class TableBench
{
    private const int ValueBytes = 100 - BenchFill.KeyBytes;
    private const int RecordsPerBatch = 100;
    private const int HotKeys = 1000;
    private const int Reads = 200_000;

    /// <summary>Fills a log with records of 100 bytes whose keys come in no order, each some ten times.</summary>
    public static Task FillAsync(DiskLog log, long records, long keys)
    {
        byte[] key = new byte[BenchFill.KeyBytes];
        byte[] value = new byte[ValueBytes];
        return BenchFill.AppendAllAsync(log, BenchFill.Batches(records, RecordsPerBatch, (builder, index) =>
        {
            BenchFill.WriteKey(key, BenchFill.NumberOf(index, keys));
            BinaryPrimitives.WriteInt64LittleEndian(value, index);
            builder.Append(index, key, value);
        }));
    }

    /// <summary>Folds the log into a dictionary of arrays, as a program does that keeps no past; records a second.</summary>
    public static async Task<double> FoldIntoDictionaryAsync(ILog log)
    {
        var table = new Dictionary<byte[], byte[]>(new BytesComparer());
        var bySpan = table.GetAlternateLookup<ReadOnlySpan<byte>>();
        long began = Stopwatch.GetTimestamp();
        long records = 0;
        Offset next = log.Watermarks.Start;
        while (next < log.Watermarks.Committed)
        {
            using LogSlice slice = await log.ReadAsync(next, ReadLimits.Default).ConfigureAwait(false);
            next = slice.NextOffset;
            records += Fold(slice.Batches.Span, bySpan);
        }

        return records / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Folds the log into a table in an empty folder; records a second, and by how many MiB the working set grew at most.</summary>
    public static async Task<(double RecordsPerSecond, double PeakMebibytes)> BuildAsync(IDisk disk, string path, ILog log)
    {
        disk.DeleteFolder(path);
        using var peak = new WorkingSetPeak();
        long began = Stopwatch.GetTimestamp();
        await using Table table = Table.Open(disk, path, log);
        await table.WaitForAsync(log.Watermarks.Committed).ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return (log.Watermarks.Committed.Value / seconds, peak.Mebibytes);
    }

    /// <summary>
    /// The median of a read by key, in microseconds: now, and as of offsets at random; of keys that are read again and again, and of keys at random.
    /// </summary>
    public static (double Latest, double AsOf, double AnyLatest, double AnyAsOf) Read(Table table, long keys)
    {
        using IStoreSnapshot snapshot = table.OpenSnapshot();
        var random = new Random(1);
        long hot = Math.Min(keys, HotKeys);
        MedianMicroseconds(snapshot, hot, random, isAsOf: true);
        return (
            MedianMicroseconds(snapshot, hot, random, isAsOf: false),
            MedianMicroseconds(snapshot, hot, random, isAsOf: true),
            MedianMicroseconds(snapshot, keys, random, isAsOf: false),
            MedianMicroseconds(snapshot, keys, random, isAsOf: true));
    }

    /// <summary>Keys a second of a scan of all keys, as of half of the log.</summary>
    public static double Scan(Table table)
    {
        using IStoreSnapshot snapshot = table.OpenSnapshot();
        long began = Stopwatch.GetTimestamp();
        long keys = 0;
        using IVersionCursor cursor = snapshot.Scan(KeyRange.All, new Offset(snapshot.Position.Value / 2));
        while (cursor.MoveNext())
        {
            keys += cursor.Current.Value.Length == ValueBytes ? 1 : 0;
        }

        return keys / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double MedianMicroseconds(IStoreSnapshot snapshot, long keys, Random random, bool isAsOf)
    {
        var samples = new Samples(Reads);
        Span<byte> key = stackalloc byte[BenchFill.KeyBytes];
        for (int read = 0; read < Reads; read++)
        {
            BenchFill.WriteKey(key, random.NextInt64(keys));
            Offset asOf = isAsOf ? new Offset(random.NextInt64(snapshot.Position.Value + 1)) : snapshot.Position;
            long began = Stopwatch.GetTimestamp();
            snapshot.TryGet(key, asOf, out _);
            samples.Add(began);
        }

        return samples.PercentileMs(0.5) * 1000;
    }

    private static long Fold(ReadOnlySpan<byte> batches, Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> table)
    {
        long records = 0;
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            var reader = new RecordReader(batch, batch.RecordsBytes);
            while (reader.TryRead(out RecordView record))
            {
                table[record.Key.Span] = record.Value.Span.ToArray();
                records++;
            }

            batches = batches[batch.SizeBytes..];
        }

        return records;
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
