using System.Buffers.Binary;
using System.Numerics;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>
/// Says of a key that a run certainly does not have it, or may. A Bloom filter in blocks of 64 bytes (Putze, Sanders and Singler, "Cache-, hash- and space-efficient
/// Bloom filters", 2007): one hash chooses the block, seven parts of another the bits in it, so that a question touches one line of the processor's cache.
/// Made by a <see cref="KeyFilterBuilder"/>, and immutable.
/// </summary>
internal sealed class KeyFilter
{
    public const int WordsPerBlock = 8;
    public const int BitsPerBlock = 64 * WordsPerBlock;

    private const int BitIndexBits = 9;
    private const int Probes = 7;

    private readonly ulong[] _words;

    private KeyFilter(ulong[] words) => _words = words;

    public int SizeBytes => _words.Length * sizeof(ulong);

    /// <summary>A filter of words as they are read from a file, which it takes over; null when no filter has so many.</summary>
    public static KeyFilter? TryRead(ulong[] words)
    {
        if (words.Length < WordsPerBlock || !BitOperations.IsPow2(words.Length))
        {
            return null;
        }

        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return new KeyFilter(words);
    }

    public bool MayHave(in KeyHash hash)
    {
        ReadOnlySpan<ulong> block = BlockOf(_words, hash);
        ulong bits = hash.Second;
        for (int probe = 0; probe < Probes; probe++, bits >>= BitIndexBits)
        {
            if ((block[WordOf(bits)] & BitOf(bits)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sets the bits of a key among the words of a filter.</summary>
    public static void Add(Span<ulong> words, in KeyHash hash)
    {
        Span<ulong> block = BlockOf(words, hash);
        ulong bits = hash.Second;
        for (int probe = 0; probe < Probes; probe++, bits >>= BitIndexBits)
        {
            block[WordOf(bits)] |= BitOf(bits);
        }
    }

    private static Span<ulong> BlockOf(Span<ulong> words, in KeyHash hash) =>
        words.Slice((int)(hash.First & (ulong)((words.Length / WordsPerBlock) - 1)) * WordsPerBlock, WordsPerBlock);

    private static int WordOf(ulong bits) => (int)((bits >> 6) & (WordsPerBlock - 1));

    private static ulong BitOf(ulong bits) => 1UL << (int)(bits & 63);
}
