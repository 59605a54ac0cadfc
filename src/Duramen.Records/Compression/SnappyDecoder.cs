using System.Buffers.Binary;
using Duramen.Core.Binary;

namespace Duramen.Records.Compression;

/// <summary>Decodes one raw Snappy block (format description of the Snappy project, 2011): its length, then literals and back references.</summary>
internal static class SnappyDecoder
{
    // A back reference of three bytes gives at most 64: what claims to expand further than that lies, and is not given memory.
    private const long MaxExpansion = 22;

    internal static DecompressionOutcome Decode(ReadOnlySpan<byte> source, PooledBuffer destination, int budgetBytes)
    {
        if (!Varint.TryReadUnsigned32(source, out uint length, out int prefix))
        {
            return DecompressionOutcome.Corrupt;
        }

        if (length > (uint)budgetBytes)
        {
            return DecompressionOutcome.BudgetExceeded;
        }

        if (length > source.Length * MaxExpansion)
        {
            return DecompressionOutcome.Corrupt;
        }

        Span<byte> output = destination.GetSpan((int)length)[..(int)length];
        if (!TryDecode(source[prefix..], output))
        {
            return DecompressionOutcome.Corrupt;
        }

        destination.Advance(output.Length);
        return DecompressionOutcome.Done;
    }

    private static bool TryDecode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int position = 0;
        while (position < input.Length)
        {
            byte tag = input[position++];
            if ((tag & 3) == 0)
            {
                if (!TryReadLiteralLength(input, ref position, tag >> 2, out int literalLength)
                    || literalLength > input.Length - position
                    || literalLength > output.Length - written)
                {
                    return false;
                }

                input.Slice(position, literalLength).CopyTo(output[written..]);
                position += literalLength;
                written += literalLength;
                continue;
            }

            if (!TryReadReference(input, ref position, tag, out int length, out int offset)
                || offset == 0
                || offset > written
                || length > output.Length - written)
            {
                return false;
            }

            Repeat(output, written, offset, length);
            written += length;
        }

        return written == output.Length;
    }

    // Lengths up to 60 stand in the tag, larger ones in the one to four bytes behind it.
    private static bool TryReadLiteralLength(ReadOnlySpan<byte> input, ref int position, int code, out int length)
    {
        length = code + 1;
        int extraBytes = code - 59;
        if (extraBytes <= 0)
        {
            return true;
        }

        if (extraBytes > input.Length - position)
        {
            return false;
        }

        uint value = 0;
        for (int i = 0; i < extraBytes; i++)
        {
            value |= (uint)input[position++] << (8 * i);
        }

        length = (int)(value + 1);
        return value < int.MaxValue;
    }

    private static bool TryReadReference(ReadOnlySpan<byte> input, ref int position, byte tag, out int length, out int offset)
    {
        length = 0;
        offset = 0;
        ReadOnlySpan<byte> rest = input[position..];
        switch (tag & 3)
        {
            case 1 when rest.Length >= 1:
                length = 4 + ((tag >> 2) & 7);
                offset = ((tag >> 5) << 8) | rest[0];
                position += 1;
                return true;
            case 2 when rest.Length >= sizeof(ushort):
                length = 1 + (tag >> 2);
                offset = BinaryPrimitives.ReadUInt16LittleEndian(rest);
                position += sizeof(ushort);
                return true;
            case 3 when rest.Length >= sizeof(uint):
                length = 1 + (tag >> 2);
                uint wide = BinaryPrimitives.ReadUInt32LittleEndian(rest);
                offset = (int)Math.Min(wide, int.MaxValue);
                position += sizeof(uint);
                return true;
            default:
                return false;
        }
    }

    private static void Repeat(Span<byte> output, int written, int offset, int length)
    {
        // A reference may overlap what it writes, which repeats a pattern; then only whole patterns may be copied at once.
        while (length > offset)
        {
            output.Slice(written - offset, offset).CopyTo(output[written..]);
            written += offset;
            length -= offset;
            offset *= 2;
        }

        output.Slice(written - offset, length).CopyTo(output[written..]);
    }
}
