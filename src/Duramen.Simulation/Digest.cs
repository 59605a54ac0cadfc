using System.Buffers.Binary;
using System.Numerics;

namespace Duramen.Simulation;

/// <summary>A 64-bit digest that is the same on every machine, to compare what should be equal.</summary>
internal static class Digest
{
    private const ulong Prime = 0x9E3779B97F4A7C15;

    /// <summary>The digest of two values in order.</summary>
    public static ulong Mix(ulong digest, ulong value)
    {
        ulong mixed = (digest ^ value) * Prime;
        return BitOperations.RotateLeft(mixed ^ (mixed >> 29), 17) * 0xBF58476D1CE4E5B9;
    }

    /// <summary>The digest of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = Prime)
    {
        ulong digest = Mix(seed, (ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            digest = Mix(digest, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (byte value in bytes)
        {
            rest = (rest << 8) | value;
        }

        return Mix(digest, rest);
    }
}
