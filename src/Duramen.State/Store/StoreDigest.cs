using System.Buffers.Binary;
using System.Globalization;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store;

/// <summary>
/// Says in 16 bytes what was put into a store, whatever order or layout it is kept in: the sum of a hash of every version, modulo 2^64 in each half. Two stores
/// that were folded to one position from the same records have the same digest, however often they were merged or rebuilt. It is no defence against
/// somebody who chooses records for it.
/// </summary>
/// <param name="First">The first half.</param>
/// <param name="Second">The second half.</param>
public readonly record struct StoreDigest(ulong First, ulong Second)
{
    /// <summary>The size of a digest in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>Adds a version: the key by its hash, the offset, the time, and the value or its absence.</summary>
    internal StoreDigest Plus(in KeyHash key, long offset, long timestampMs, NullableBytes value)
    {
        // What is not the value goes into the key of the hash, so that the value is hashed where it lies.
        ulong kind = value.IsNull ? 1UL : 2UL;
        Span<byte> hashKey = stackalloc byte[SipHash128.KeySizeBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(hashKey, key.First ^ unchecked((ulong)offset * 0x9E37_79B9_7F4A_7C15));
        BinaryPrimitives.WriteUInt64LittleEndian(hashKey[sizeof(ulong)..], unchecked((key.Second ^ (ulong)timestampMs) + kind));
        (ulong first, ulong second) = new SipHash128(hashKey).Compute(value.Span);
        return new StoreDigest(unchecked(First + first), unchecked(Second + second));
    }

    /// <summary>Reads a digest, big-endian.</summary>
    internal static StoreDigest Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));

    /// <summary>Writes the digest, big-endian.</summary>
    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, First);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], Second);
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First:x16}{Second:x16}");
}
