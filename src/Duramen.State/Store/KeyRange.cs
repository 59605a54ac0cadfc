namespace Duramen.State.Store;

/// <summary>Consecutive keys in the order of their bytes, compared as unsigned numbers.</summary>
/// <param name="From">The first key; empty for the very first.</param>
/// <param name="Until">The first key behind the range; null when the range has no end.</param>
public readonly record struct KeyRange(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte>? Until)
{
    /// <summary>All keys.</summary>
    public static KeyRange All => default;

    /// <summary>The keys that begin with some bytes.</summary>
    public static KeyRange WithPrefix(ReadOnlySpan<byte> prefix)
    {
        byte[] from = prefix.ToArray();

        // The first key behind: the shortest that is greater than every one with the prefix. Where all bytes are 0xFF there is none.
        int last = from.Length - 1;
        while (last >= 0 && from[last] == byte.MaxValue)
        {
            last--;
        }

        if (last < 0)
        {
            return new KeyRange(from, null);
        }

        byte[] until = from[..(last + 1)];
        until[last]++;
        return new KeyRange(from, until);
    }

    /// <summary>Whether a key is in the range.</summary>
    public bool Contains(ReadOnlySpan<byte> key) => From.Span.SequenceCompareTo(key) <= 0 && !IsBehind(key);

    /// <summary>Whether a key comes after all keys of the range.</summary>
    internal bool IsBehind(ReadOnlySpan<byte> key) => Until is { } until && key.SequenceCompareTo(until.Span) >= 0;
}
