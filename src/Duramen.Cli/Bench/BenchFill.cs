using System.Buffers.Binary;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Cli.Bench;

/// <summary>Fills logs that are measured afterwards, many appends under way at once.</summary>
internal static class BenchFill
{
    public const int KeyBytes = 16;

    private const int AtOnce = 64;

    // Odd, so that different numbers stay different: it spreads them, so that neighbours in the log are no neighbours among the keys.
    private const long Multiplier = 0x2545F4914F6CDD1D;

    /// <summary>Appends batches in their order.</summary>
    public static async Task AppendAllAsync(ILog log, IEnumerable<byte[]> batches)
    {
        var pending = new Queue<Task>();
        foreach (byte[] batch in batches)
        {
            pending.Enqueue(log.AppendAsync(batch).AsTask());
            if (pending.Count >= AtOnce)
            {
                await pending.Dequeue().ConfigureAwait(false);
            }
        }

        await Task.WhenAll(pending).ConfigureAwait(false);
    }

    /// <summary>Makes records, numbered from 0, and puts them into batches of a size.</summary>
    /// <param name="records">How many in all.</param>
    /// <param name="recordsPerBatch">How many in each batch but the last.</param>
    /// <param name="append">Appends the record of a number to the builder.</param>
    public static IEnumerable<byte[]> Batches(long records, int recordsPerBatch, Action<RecordBatchBuilder, long> append)
    {
        using var builder = new RecordBatchBuilder();
        for (long index = 0; index < records;)
        {
            builder.Reset();
            for (int inBatch = 0; inBatch < recordsPerBatch && index < records; inBatch++, index++)
            {
                append(builder, index);
            }

            yield return builder.Build().ToArray();
        }
    }

    /// <summary>One of so many numbers for each index, in no order.</summary>
    public static long NumberOf(long index, long numbers) => (long)((ulong)(index * Multiplier) >> 16) % numbers;

    /// <summary>Writes the key of a number: 16 bytes, whose order is not that of the numbers.</summary>
    public static void WriteKey(Span<byte> key, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(key, number * Multiplier);
        BinaryPrimitives.WriteInt64BigEndian(key[sizeof(long)..], number);
    }

    /// <summary>The key of a number, in bytes of its own.</summary>
    public static byte[] KeyOf(long number)
    {
        byte[] key = new byte[KeyBytes];
        WriteKey(key, number);
        return key;
    }
}
