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
    /// The medians of reads by key in microseconds, now and as of an offset: of keys that are read again and again, with those of a smaller table beside them, and of keys at random.
    /// </summary>
    public static (double Latest, double AsOf, double SmallAsOf, double AnyLatest, double AnyAsOf) Read(Table table, long keys, Table smaller, long smallerKeys)
    {
        using IStoreSnapshot large = table.OpenSnapshot();
        using IStoreSnapshot small = smaller.OpenSnapshot();
        long hot = Math.Min(smallerKeys, HotKeys);

        // Both are as warm as each other before anything counts.
        KeyReads.InTurns(new KeyReads(large, hot, isAsOf: true), new KeyReads(small, hot, isAsOf: true));
        var asOf = new KeyReads(large, hot, isAsOf: true);
        var smallAsOf = new KeyReads(small, hot, isAsOf: true);
        KeyReads.InTurns(asOf, smallAsOf);
        return (
            MedianMicroseconds(new KeyReads(large, hot, isAsOf: false)),
            asOf.MedianMicroseconds,
            smallAsOf.MedianMicroseconds,
            MedianMicroseconds(new KeyReads(large, keys, isAsOf: false)),
            MedianMicroseconds(new KeyReads(large, keys, isAsOf: true)));
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

    private static double MedianMicroseconds(KeyReads reads)
    {
        KeyReads.InTurns(reads);
        return reads.MedianMicroseconds;
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
