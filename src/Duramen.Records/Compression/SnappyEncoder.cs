using System.Buffers;
using System.Buffers.Binary;
using Duramen.Core.Binary;

namespace Duramen.Records.Compression;

/// <summary>
/// Encodes one raw Snappy block: each run of four bytes is looked up in a table of where such a run was last seen, and what follows is
/// compared. The input is cut into fragments, so that places and distances fit 16 bits.
/// </summary>
internal static class SnappyEncoder
{
    private const int FragmentSizeBytes = 1 << 16;
    private const int TableBits = 14;
    private const int MinMatchBytes = 4;
    private const int MaxReferenceBytes = 64;

    // After this many misses in a row (as a power of two) the search begins to skip bytes, which keeps incompressible input fast.
    private const int SkipBits = 5;

    internal static void Encode(ReadOnlySpan<byte> source, PooledBuffer destination)
    {
        Span<byte> output = destination.GetSpan(MaxEncodedSizeBytes(source.Length));
        int written = Varint.WriteUnsigned(output, (uint)source.Length);
        ushort[] table = ArrayPool<ushort>.Shared.Rent(1 << TableBits);
        try
        {
            while (!source.IsEmpty)
            {
                ReadOnlySpan<byte> fragment = source[..Math.Min(source.Length, FragmentSizeBytes)];
                table.AsSpan(0, 1 << TableBits).Clear();
                written += EncodeFragment(fragment, output[written..], table);
                source = source[fragment.Length..];
            }
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(table);
        }

        destination.Advance(written);
    }

    // A literal costs up to three bytes of tag and never stands between references that save less than it costs.
    private static int MaxEncodedSizeBytes(int length) => checked(32 + length + (length / 6));

    private static int EncodeFragment(ReadOnlySpan<byte> input, Span<byte> output, ushort[] table)
    {
        int written = 0;
        int literalStart = 0;
        int position = 1;
        int misses = 1 << SkipBits;
        while (position <= input.Length - MinMatchBytes)
        {
            uint run = BinaryPrimitives.ReadUInt32LittleEndian(input[position..]);
            uint slot = (run * 0x1E35A7BD) >> (32 - TableBits);
            int candidate = table[slot];
            table[slot] = (ushort)position;
            if (candidate >= position || BinaryPrimitives.ReadUInt32LittleEndian(input[candidate..]) != run)
            {
                position += misses++ >> SkipBits;
                continue;
            }

            written += WriteLiteral(output[written..], input[literalStart..position]);
            ReadOnlySpan<byte> ahead = input[(position + MinMatchBytes)..];
            int length = MinMatchBytes + ahead.CommonPrefixLength(input.Slice(candidate + MinMatchBytes, ahead.Length));
            written += WriteReferences(output[written..], position - candidate, length);
            position += length;
            literalStart = position;
            misses = 1 << SkipBits;
        }

        return written + WriteLiteral(output[written..], input[literalStart..]);
    }

    private static int WriteLiteral(Span<byte> output, ReadOnlySpan<byte> literal)
    {
        if (literal.IsEmpty)
        {
            return 0;
        }

        // Fragments are at most 64 KiB, so two bytes of length are enough.
        int last = literal.Length - 1;
        int size = 1;
        if (last < 60)
        {
            output[0] = (byte)(last << 2);
        }
        else
        {
            int extraBytes = last < 256 ? 1 : 2;
            output[0] = (byte)((59 + extraBytes) << 2);
            output[1] = (byte)last;
            output[2] = (byte)(last >> 8);
            size += extraBytes;
        }

        literal.CopyTo(output[size..]);
        return size + literal.Length;
    }

    private static int WriteReferences(Span<byte> output, int offset, int length)
    {
        int written = 0;
        while (length > MaxReferenceBytes)
        {
            // The rest must not become shorter than the shortest reference of two bytes.
            int part = Math.Min(MaxReferenceBytes, length - MinMatchBytes);
            written += WriteLongReference(output[written..], offset, part);
            length -= part;
        }

        if (length >= 12 || offset >= 2048)
        {
            return written + WriteLongReference(output[written..], offset, length);
        }

        output[written++] = (byte)(((offset >> 8) << 5) | ((length - MinMatchBytes) << 2) | 1);
        output[written++] = (byte)offset;
        return written;
    }

    private static int WriteLongReference(Span<byte> output, int offset, int length)
    {
        output[0] = (byte)(((length - 1) << 2) | 2);
        BinaryPrimitives.WriteUInt16LittleEndian(output[1..], (ushort)offset);
        return 3;
    }
}
