using Duramen.Core.Binary;
using Duramen.Records.Batches;

namespace Duramen.Records.Compression;

/// <summary>Compresses and decompresses the records of a batch, in the forms that Kafka clients exchange.</summary>
public static class RecordCompression
{
    private static readonly ICodec?[] Codecs = [null, new GzipCodec(), new SnappyCodec(), new Lz4Codec(), new ZstdCodec()];

    /// <summary>Whether the codec exists and its library is installed on this machine.</summary>
    public static bool IsAvailable(CompressionCodec codec) =>
        codec == CompressionCodec.None || (Find(codec) is { } found && found.IsAvailable);

    /// <summary>Writes the compressed form of <paramref name="source"/> at the end of <paramref name="destination"/>.</summary>
    /// <exception cref="RecordException">There is no such codec, its library is not installed, or it failed.</exception>
    public static void Compress(CompressionCodec codec, ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (codec == CompressionCodec.None)
        {
            destination.Write(source);
            return;
        }

        ICodec found = Find(codec)
            ?? throw new RecordException(RecordErrors.CodecUnavailable, $"Codec {(int)codec} does not exist.", "Use none, gzip, snappy, lz4 or zstd.");
        found.Compress(source, destination);
    }

    /// <summary>
    /// Writes what <paramref name="source"/> decompresses to at the end of <paramref name="destination"/>, but no more than
    /// <paramref name="budgetBytes"/>. Raises nothing, whatever the bytes are; when it does not succeed the destination is as it was.
    /// </summary>
    public static DecompressionOutcome Decompress(
        CompressionCodec codec, ReadOnlySpan<byte> source, PooledBuffer destination, int budgetBytes)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(budgetBytes);
        if (codec == CompressionCodec.None)
        {
            if (source.Length > budgetBytes)
            {
                return DecompressionOutcome.BudgetExceeded;
            }

            destination.Write(source);
            return DecompressionOutcome.Done;
        }

        if (Find(codec) is not { } found)
        {
            return DecompressionOutcome.UnknownCodec;
        }

        if (!found.IsAvailable)
        {
            return DecompressionOutcome.CodecUnavailable;
        }

        int start = destination.Length;
        DecompressionOutcome outcome = found.Decompress(source, destination, budgetBytes);
        if (outcome != DecompressionOutcome.Done)
        {
            destination.Truncate(start);
        }

        return outcome;
    }

    private static ICodec? Find(CompressionCodec codec) => (uint)codec < (uint)Codecs.Length ? Codecs[(int)codec] : null;
}
