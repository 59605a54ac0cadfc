using System.Runtime.CompilerServices;

namespace Duramen.Core.Checksums;

/// <summary>
/// What a run of zero bytes does to the state of a CRC-32C. States are polynomials over GF(2) of degree below 32 (bit 31 is the constant term),
/// and a zero byte multiplies the state by x^8 modulo the Castagnoli polynomial; because that is linear, a fixed run is four table lookups.
/// </summary>
internal sealed class Crc32CShift
{
    private const uint Polynomial = 0x82F63B78;
    private const uint One = 0x8000_0000;

    private readonly uint[] _table = new uint[4 * 256];

    /// <summary>Prepares the shift by a fixed number of zero bytes.</summary>
    internal Crc32CShift(long lengthBytes)
    {
        uint power = PowerOfX(lengthBytes);
        for (int position = 0; position < 4; position++)
        {
            for (uint value = 0; value < 256; value++)
            {
                _table[(position * 256) + (int)value] = Multiply(power, value << (8 * position));
            }
        }
    }

    /// <summary>The state after the zero bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Apply(uint state)
    {
        uint[] table = _table;
        return table[(byte)state]
            ^ table[256 + (byte)(state >> 8)]
            ^ table[512 + (byte)(state >> 16)]
            ^ table[768 + (int)(state >> 24)];
    }

    /// <summary>The state after any number of zero bytes.</summary>
    internal static uint ShiftBytes(uint state, long lengthBytes) => Multiply(PowerOfX(lengthBytes), state);

    // x^(8 * lengthBytes), by squaring.
    private static uint PowerOfX(long lengthBytes)
    {
        uint result = One;
        uint square = One >> 8;
        for (ulong rest = (ulong)lengthBytes; rest != 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
            {
                result = Multiply(square, result);
            }

            square = Multiply(square, square);
        }

        return result;
    }

    private static uint Multiply(uint left, uint right)
    {
        uint product = 0;
        for (int degree = 0; degree < 32; degree++)
        {
            product ^= right & (uint)-(int)(left >> 31);
            left <<= 1;
            right = (right >> 1) ^ (Polynomial & (uint)-(int)(right & 1));
        }

        return product;
    }
}
