using System.Buffers.Binary;
using System.Globalization;
using Duramen.Core.Checksums;
using Duramen.State.Store.Keys;

namespace Duramen.State.Replication;

/// <summary>
/// Says in 16 bytes which values a state has: the sum of a hash of every key with its value, modulo 2^64 in each half. Where the values came from does not matter, so that
/// replicas of both models can be compared, and a state that was resumed with one that was replayed. It is no defence against somebody who chooses
/// inputs for it.
/// </summary>
/// <param name="First">The first half.</param>
/// <param name="Second">The second half.</param>
public readonly record struct StateDigest(ulong First, ulong Second)
{
    internal const int SizeBytes = 2 * sizeof(ulong);

    internal StateDigest Plus(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        (ulong first, ulong second) = Hash(key, value);
        return unchecked(new StateDigest(First + first, Second + second));
    }

    internal StateDigest Minus(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        (ulong first, ulong second) = Hash(key, value);
        return unchecked(new StateDigest(First - first, Second - second));
    }

    internal static StateDigest Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, First);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], Second);
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First:x16}{Second:x16}");

    private static (ulong First, ulong Second) Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        // The key's hash keys the value's, so that neither can be mistaken for the other.
        KeyHash hash = KeyHash.Of(key);
        Span<byte> hashKey = stackalloc byte[SipHash128.KeySizeBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(hashKey, hash.First);
        BinaryPrimitives.WriteUInt64LittleEndian(hashKey[sizeof(ulong)..], hash.Second);
        return new SipHash128(hashKey).Compute(value);
    }
}
