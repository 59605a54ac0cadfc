using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Duramen.Core.Checksums;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum of every format on disk and on the wire.</summary>
/// <remarks>
/// The processor's instruction has a latency of three cycles but accepts a new operand each cycle, so one stream of it runs at a third of
/// its speed. Large buffers are therefore cut into blocks of three lanes whose checksums are computed side by side and then joined.
/// </remarks>
public static class Crc32C
{
    // Lanes are long enough that joining them (a few lookups) costs little, and there are two sizes so that buffers of some
    // hundred bytes, the usual record batch, gain too.
    private const int LongLaneSizeBytes = 2048;
    private const int ShortLaneSizeBytes = 128;

    private static readonly Crc32CShift LongLane = new(LongLaneSizeBytes);
    private static readonly Crc32CShift ShortLane = new(ShortLaneSizeBytes);

    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The checksum of the bytes that gave <paramref name="crc"/> followed by <paramref name="data"/>; start with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        if (Sse42.X64.IsSupported && data.Length >= 3 * ShortLaneSizeBytes)
        {
            state = AppendLanes(state, ref data, LongLaneSizeBytes, LongLane);
            state = AppendLanes(state, ref data, ShortLaneSizeBytes, ShortLane);
        }

        return ~AppendSingle(state, data);
    }

    /// <summary>
    /// The checksum of two runs of bytes together, from the checksum of each and the length of the second; the bytes are not needed.
    /// Costs some hundred nanoseconds, independent of the lengths.
    /// </summary>
    public static uint Combine(uint crcA, uint crcB, long lengthBytesB)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytesB);
        return Crc32CShift.ShiftBytes(crcA, lengthBytesB) ^ crcB;
    }

    // One stream; also what runs where the processor has no such instruction (BitOperations falls back to a table).
    internal static uint AppendSingle(uint state, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }

    private static uint AppendLanes(uint state, ref ReadOnlySpan<byte> data, int laneSizeBytes, Crc32CShift shift)
    {
        while (data.Length >= 3 * laneSizeBytes)
        {
            ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(data[..laneSizeBytes]);
            ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(data.Slice(laneSizeBytes, laneSizeBytes));
            ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(data.Slice(2 * laneSizeBytes, laneSizeBytes));
            ulong a = state;
            ulong b = 0;
            ulong c = 0;
            for (int i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
            {
                a = Sse42.X64.Crc32(a, first[i]);
                b = Sse42.X64.Crc32(b, second[i]);
                c = Sse42.X64.Crc32(c, third[i]);
            }

            state = shift.Apply(shift.Apply((uint)a) ^ (uint)b) ^ (uint)c;
            data = data[(3 * laneSizeBytes)..];
        }

        return state;
    }
}
