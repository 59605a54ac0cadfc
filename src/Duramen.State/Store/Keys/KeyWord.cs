using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Duramen.State.Store.Keys;

/// <summary>
/// Eight bytes of a key as a number that orders as they do; where the key ends, zeros. Most comparisons of keys end here, without touching the keys.
/// </summary>
internal static class KeyWord
{
    public const int SizeBytes = sizeof(ulong);

    /// <summary>The first eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> key) => key.Length >= SizeBytes ? BinaryPrimitives.ReadUInt64BigEndian(key) : OfShort(key);

    /// <summary>The eight bytes from a depth on.</summary>
    public static ulong At(ReadOnlySpan<byte> key, int depth) => key.Length > depth ? Of(key[depth..]) : 0;

    private static ulong OfShort(ReadOnlySpan<byte> key)
    {
        ulong word = 0;
        for (int index = 0; index < key.Length; index++)
        {
            word |= (ulong)key[index] << (56 - (8 * index));
        }

        return word;
    }
}
