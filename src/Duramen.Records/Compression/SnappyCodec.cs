using System.Buffers.Binary;
using Duramen.Core.Binary;

namespace Duramen.Records.Compression;

/// <summary>
/// Snappy as Kafka clients use it: they send either one raw block or the stream format of the xerial library (a header, then raw blocks with
/// their sizes), and all of them read a raw block. So both are accepted, told apart by the header's first bytes, and the raw block is written.
/// </summary>
internal sealed class SnappyCodec : ICodec
{
    private const int XerialHeaderSizeBytes = 16;

    private static ReadOnlySpan<byte> XerialMagic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    public bool IsAvailable => true;

    public void Compress(ReadOnlySpan<byte> source, PooledBuffer destination) => SnappyEncoder.Encode(source, destination);

    public DecompressionOutcome Decompress(ReadOnlySpan<byte> source, PooledBuffer destination, int budgetBytes)
    {
        if (!source.StartsWith(XerialMagic))
        {
            return SnappyDecoder.Decode(source, destination, budgetBytes);
        }

        if (source.Length < XerialHeaderSizeBytes)
        {
            return DecompressionOutcome.Corrupt;
        }

        int start = destination.Length;
        ReadOnlySpan<byte> rest = source[XerialHeaderSizeBytes..];
        while (!rest.IsEmpty)
        {
            if (rest.Length < sizeof(int))
            {
                return DecompressionOutcome.Corrupt;
            }

            int blockSizeBytes = BinaryPrimitives.ReadInt32BigEndian(rest);
            rest = rest[sizeof(int)..];
            if (blockSizeBytes <= 0 || blockSizeBytes > rest.Length)
            {
                return DecompressionOutcome.Corrupt;
            }

            int left = budgetBytes - (destination.Length - start);
            DecompressionOutcome outcome = SnappyDecoder.Decode(rest[..blockSizeBytes], destination, left);
            if (outcome != DecompressionOutcome.Done)
            {
                return outcome;
            }

            rest = rest[blockSizeBytes..];
        }

        return DecompressionOutcome.Done;
    }
}
