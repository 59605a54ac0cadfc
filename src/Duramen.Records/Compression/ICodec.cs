using Duramen.Core.Binary;

namespace Duramen.Records.Compression;

/// <summary>One codec, both directions. Safe for several threads: what state it needs it takes from a pool for the time of a call.</summary>
internal interface ICodec
{
    /// <summary>Whether the codec can be used on this machine.</summary>
    bool IsAvailable { get; }

    /// <summary>Writes the compressed form of <paramref name="source"/> at the end of <paramref name="destination"/>.</summary>
    void Compress(ReadOnlySpan<byte> source, PooledBuffer destination);

    /// <summary>
    /// Writes what <paramref name="source"/> decompresses to at the end of <paramref name="destination"/>, at most
    /// <paramref name="budgetBytes"/>. Whatever the bytes are, it raises nothing and takes memory and time in proportion to the budget.
    /// </summary>
    DecompressionOutcome Decompress(ReadOnlySpan<byte> source, PooledBuffer destination, int budgetBytes);
}
