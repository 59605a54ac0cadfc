using Duramen.Core.Binary;
using Duramen.Records.Batches;

namespace Duramen.Records.Compression;

/// <summary>Compresses and decompresses the records of a batch.</summary>
public static class RecordCompression
{
    /// <summary>Writes the compressed form of <paramref name="source"/> at the end of <paramref name="destination"/>.</summary>
    /// <exception cref="RecordException">The codec's library is not installed or failed.</exception>
    public static void Compress(CompressionCodec codec, ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        if (codec != CompressionCodec.None)
        {
            throw new RecordException(RecordErrors.CodecUnavailable, $"Codec {codec} is not available.");
        }

        destination.Write(source);
    }
}
