using System.Buffers.Binary;
using System.Numerics;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>
/// Says of a key that a run certainly does not have it, or may. A Bloom filter in blocks of 64 bytes (Putze, Sanders and Singler, "Cache-, hash- and space-efficient
/// Bloom filters", 2007): one hash chooses the block, seven parts of another the bits in it, so that a question touches one line of the processor's cache.
/// <para>
/// The number of blocks is a power of two, so that a filter that was made too large, since a merge does not know how many keys its inputs share,
/// is folded in half by joining its two halves.
/// </para>
/// </summary>
internal sealed class KeyFilter
{
    private const int WordsPerBlock = 8;
    private const int BitsPerBlock = 64 * WordsPerBlock;
    private const int BitIndexBits = 9;
    private const int Probes = 7;

    private readonly ulong[] _words;

    private KeyFilter(ulong[] words) => _words = words;

    public int SizeBytes => _words.Length * sizeof(ulong);

    /// <summary>Makes an empty filter for so many keys at most.</summary>
    public static KeyFilter For(long keys)
    {
        ulong blocks = BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, (keys * StoreLimits.FilterBitsPerKey + BitsPerBlock - 1) / BitsPerBlock));
        return new KeyFilter(new ulong[checked((int)blocks * WordsPerBlock)]);
    }

    /// <summary>Reads a filter; null when the length is none that a filter has.</summary>
    public static KeyFilter? TryRead(ReadOnlySpan<byte> bytes)
    {
        int blocks = bytes.Length / (WordsPerBlock * sizeof(ulong));
        if (blocks == 0 || !BitOperations.IsPow2(blocks) || blocks * WordsPerBlock * sizeof(ulong) != bytes.Length)
        {
            return null;
        }

        ulong[] words = new ulong[blocks * WordsPerBlock];
        for (int index = 0; index < words.Length; index++)
        {
            words[index] = BinaryPrimitives.ReadUInt64BigEndian(bytes[(index * sizeof(ulong))..]);
        }

        return new KeyFilter(words);
    }

    public void Add(in KeyHash hash)
    {
        Span<ulong> block = BlockOf(hash);
        ulong bits = hash.Second;
        for (int probe = 0; probe < Probes; probe++, bits >>= BitIndexBits)
        {
            block[(int)((bits >> 6) & (WordsPerBlock - 1))] |= 1UL << (int)(bits & 63);
        }
    }

    public bool MayHave(in KeyHash hash)
    {
        ReadOnlySpan<ulong> block = BlockOf(hash);
        ulong bits = hash.Second;
        for (int probe = 0; probe < Probes; probe++, bits >>= BitIndexBits)
        {
            if ((block[(int)((bits >> 6) & (WordsPerBlock - 1))] & (1UL << (int)(bits & 63))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same filter, as small as so many keys allow.</summary>
    public KeyFilter FoldedFor(long keys)
    {
        ulong[] words = _words;
        int target = For(keys)._words.Length;
        while (words.Length > target)
        {
            ulong[] half = words[..(words.Length / 2)];
            for (int index = 0; index < half.Length; index++)
            {
                half[index] |= words[half.Length + index];
            }

            words = half;
        }

        return new KeyFilter(words);
    }

    public void Write(Span<byte> bytes)
    {
        for (int index = 0; index < _words.Length; index++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[(index * sizeof(ulong))..], _words[index]);
        }
    }

    private Span<ulong> BlockOf(in KeyHash hash)
    {
        int blocks = _words.Length / WordsPerBlock;
        return _words.AsSpan((int)(hash.First & (ulong)(blocks - 1)) * WordsPerBlock, WordsPerBlock);
    }
}
