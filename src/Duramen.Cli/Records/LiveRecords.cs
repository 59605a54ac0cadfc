using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Cli.Records;

/// <summary>
/// Counts the records of a log that are the last of their key. Keys are told apart by a 64-bit hash, of which so many are kept that two keys with
/// one hash are not to be expected, and no more, so that the memory is bounded.
/// </summary>
internal sealed class LiveRecords
{
    /// <summary>The most keys that are counted: 8 million take about 200 MB.</summary>
    public const int MaxKeys = 8_000_000;

    private const ulong Prime = 0x9E3779B97F4A7C15;
    private readonly HashSet<ulong> _keys = [];

    /// <summary>Records read.</summary>
    public long Records { get; private set; }

    /// <summary>Records without a key, each of which counts as live.</summary>
    public long WithoutKey { get; private set; }

    /// <summary>Records that are the last of their key.</summary>
    public long Live => _keys.Count + WithoutKey;

    /// <summary>Reads a whole log; null when it has more keys than are counted.</summary>
    public static async ValueTask<LiveRecords?> CountAsync(ILog log, CancellationToken cancellationToken)
    {
        var counter = new LiveRecords();
        Offset start = log.Watermarks.Start;
        using var decoder = new RecordBatchDecoder();
        bool isComplete = await new BatchWalk(log, start).RunAsync(batch => counter.Add(log, batch, decoder, start), cancellationToken).ConfigureAwait(false);
        return isComplete ? counter : null;
    }

    private bool Add(ILog log, RecordBatchView batch, RecordBatchDecoder decoder, Offset start)
    {
        if (batch.IsControl)
        {
            return true;
        }

        BatchFault fault = decoder.Open(batch, out RecordReader records);
        while (fault.IsNone && records.TryRead(out RecordView record))
        {
            if (record.Offset < start)
            {
                continue;
            }

            Records++;
            if (record.Key.IsNull)
            {
                WithoutKey++;
            }
            else
            {
                _keys.Add(Hash(record.Key.Span));
            }
        }

        fault = fault.IsNone ? records.Fault : fault;
        return fault.IsNone ? _keys.Count <= MaxKeys : throw RecordPrinter.Undecodable(log, batch, fault);
    }

    private static ulong Hash(ReadOnlySpan<byte> key)
    {
        ulong hash = (ulong)key.Length * Prime;
        while (key.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key));
            key = key[sizeof(ulong)..];
        }

        foreach (byte value in key)
        {
            hash = Mix(hash ^ value);
        }

        return Mix(hash);
    }

    private static ulong Mix(ulong value)
    {
        value *= Prime;
        return value ^ (value >> 32);
    }
}
