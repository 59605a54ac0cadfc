using System.Numerics;
using System.Runtime.CompilerServices;

namespace Duramen.Core.Binary;

/// <summary>
/// Integers in base 128, least significant group first, the top bit of a byte saying that another follows (Protocol Buffers encoding guide).
/// The zigzag forms map signed numbers of small magnitude to short encodings.
/// <para>
/// Reading is strict: an encoding that runs out of bytes, is longer than its type allows, carries bits beyond its type, or is padded
/// (ends in a group of zeros) is refused. Each number therefore has exactly one encoding, and re-encoding never changes a size.
/// </para>
/// </summary>
public static class Varint
{
    /// <summary>The longest encoding of a 32-bit number, in bytes.</summary>
    public const int MaxSizeBytes32 = 5;

    /// <summary>The longest encoding of a 64-bit number, in bytes.</summary>
    public const int MaxSizeBytes64 = 10;

    private const byte More = 0x80;

    /// <summary>The size of the unsigned encoding of <paramref name="value"/>, in bytes.</summary>
    // Seven bits a byte; the multiplication replaces a division by 7 (exact for 1 to 64 bits).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOfUnsigned(ulong value) => ((BitOperations.Log2(value | 1) * 9) + 73) >> 6;

    /// <summary>The size of the zigzag encoding of <paramref name="value"/>, in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf(long value) => SizeOfUnsigned(ZigZag(value));

    /// <summary>Writes the unsigned encoding of <paramref name="value"/> and gives its size in bytes.</summary>
    /// <exception cref="IndexOutOfRangeException">The destination is shorter than the encoding.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteUnsigned(Span<byte> destination, ulong value)
    {
        int size = 0;
        while (value >= More)
        {
            destination[size++] = (byte)(value | More);
            value >>= 7;
        }

        destination[size++] = (byte)value;
        return size;
    }

    /// <summary>Writes the zigzag encoding of <paramref name="value"/> and gives its size in bytes; 32-bit numbers have the same encoding.</summary>
    /// <exception cref="IndexOutOfRangeException">The destination is shorter than the encoding.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, long value) => WriteUnsigned(destination, ZigZag(value));

    /// <summary>Reads an unsigned 32-bit number; <paramref name="sizeBytes"/> says how many bytes it took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadUnsigned32(ReadOnlySpan<byte> source, out uint value, out int sizeBytes)
    {
        if (!source.IsEmpty && source[0] < More)
        {
            value = source[0];
            sizeBytes = 1;
            return true;
        }

        bool read = TryReadLong(source, maxSizeBytes: MaxSizeBytes32, lastGroupMax: 0x0F, out ulong wide, out sizeBytes);
        value = (uint)wide;
        return read;
    }

    /// <summary>Reads an unsigned 64-bit number; <paramref name="sizeBytes"/> says how many bytes it took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadUnsigned64(ReadOnlySpan<byte> source, out ulong value, out int sizeBytes)
    {
        if (!source.IsEmpty && source[0] < More)
        {
            value = source[0];
            sizeBytes = 1;
            return true;
        }

        return TryReadLong(source, maxSizeBytes: MaxSizeBytes64, lastGroupMax: 0x01, out value, out sizeBytes);
    }

    /// <summary>Reads a zigzag 32-bit number; <paramref name="sizeBytes"/> says how many bytes it took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead32(ReadOnlySpan<byte> source, out int value, out int sizeBytes)
    {
        bool read = TryReadUnsigned32(source, out uint raw, out sizeBytes);
        value = (int)(raw >> 1) ^ -(int)(raw & 1);
        return read;
    }

    /// <summary>Reads a zigzag 64-bit number; <paramref name="sizeBytes"/> says how many bytes it took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead64(ReadOnlySpan<byte> source, out long value, out int sizeBytes)
    {
        bool read = TryReadUnsigned64(source, out ulong raw, out sizeBytes);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    // lastGroupMax is what the last byte of a longest encoding may hold: the bits of the type that seven-bit groups have left over.
    private static bool TryReadLong(ReadOnlySpan<byte> source, int maxSizeBytes, byte lastGroupMax, out ulong value, out int sizeBytes)
    {
        value = 0;
        sizeBytes = 0;
        ulong result = 0;
        int end = Math.Min(source.Length, maxSizeBytes);
        for (int i = 0; i < end; i++)
        {
            byte group = source[i];
            result |= (ulong)(group & 0x7F) << (7 * i);
            if (group >= More)
            {
                continue;
            }

            bool isPadded = group == 0 && i > 0;
            bool isTooWide = i == maxSizeBytes - 1 && group > lastGroupMax;
            if (isPadded || isTooWide)
            {
                return false;
            }

            value = result;
            sizeBytes = i + 1;
            return true;
        }

        return false;
    }
}
