using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Duramen.Core.Checksums;

/// <summary>
/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012): a hash that only who knows the key can steer. With a key drawn at random
/// for one use, two different inputs of any origin collide with a probability of 2^-128, so that equal hashes may stand for equal bytes.
/// </summary>
public readonly struct SipHash128
{
    /// <summary>The size of a key in bytes.</summary>
    public const int KeySizeBytes = 16;

    private readonly ulong _key0;
    private readonly ulong _key1;

    /// <summary>Takes a key of <see cref="KeySizeBytes"/> bytes.</summary>
    public SipHash128(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySizeBytes, nameof(key));
        _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]);
    }

    /// <summary>The hash of <paramref name="data"/>, as its first and its last eight bytes, each little-endian.</summary>
    public (ulong First, ulong Second) Compute(ReadOnlySpan<byte> data)
    {
        // The constants spell "somepseudorandomlygeneratedbytes"; 0xee and 0xdd set the long output apart from the short one.
        ulong v0 = _key0 ^ 0x736f6d6570736575;
        ulong v1 = _key1 ^ 0x646f72616e646f6d ^ 0xee;
        ulong v2 = _key0 ^ 0x6c7967656e657261;
        ulong v3 = _key1 ^ 0x7465646279746573;
        ulong last = (ulong)data.Length << 56;
        while (data.Length >= sizeof(ulong))
        {
            Absorb(ref v0, ref v1, ref v2, ref v3, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        for (int index = 0; index < data.Length; index++)
        {
            last |= (ulong)data[index] << (8 * index);
        }

        Absorb(ref v0, ref v1, ref v2, ref v3, last);
        v2 ^= 0xee;
        ulong first = Finish(ref v0, ref v1, ref v2, ref v3);
        v1 ^= 0xdd;
        return (first, Finish(ref v0, ref v1, ref v2, ref v3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Absorb(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3, ulong word)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (int round = 0; round < 4; round++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
