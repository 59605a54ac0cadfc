using Duramen.Core.Checksums;

namespace Duramen.State.Store.Keys;

/// <summary>The hash of a key that filters, digests and tables in memory share: SipHash-2-4 with 128 bits and a key that is part of the format.</summary>
/// <param name="First">The first eight bytes.</param>
/// <param name="Second">The last eight bytes.</param>
internal readonly record struct KeyHash(ulong First, ulong Second)
{
    // The bytes spell the name of the project and the format's version.
    private static readonly SipHash128 Hash = new("duramen.store.1\0"u8);

    public static KeyHash Of(ReadOnlySpan<byte> key)
    {
        (ulong first, ulong second) = Hash.Compute(key);
        return new KeyHash(first, second);
    }
}
