using System.Buffers.Binary;
using System.Numerics;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>
/// Makes one <see cref="KeyFilter"/> after the other in the same memory. The number of its blocks is a power of two, so that a filter that was made too large, since a merge does not know how many keys its
/// inputs share, is folded in half by joining its two halves. One owner.
/// </summary>
internal sealed class KeyFilterBuilder
{
    private ulong[] _words = [];
    private int _count;

    public int SizeBytes => _count * sizeof(ulong);

    /// <summary>Begins one for so many keys at most.</summary>
    public void Begin(long keysMax)
    {
        _count = WordsFor(keysMax);
        if (_words.Length < _count)
        {
            _words = new ulong[_count];
        }
        else
        {
            _words.AsSpan(0, _count).Clear();
        }
    }

    public void Add(in KeyHash hash) => KeyFilter.Add(_words.AsSpan(0, _count), hash);

    /// <summary>Makes it as small as so many keys allow.</summary>
    public void FoldFor(long keys)
    {
        for (int target = WordsFor(keys); _count > target;)
        {
            _count /= 2;
            for (int index = 0; index < _count; index++)
            {
                _words[index] |= _words[_count + index];
            }
        }
    }

    public void Write(Span<byte> bytes)
    {
        for (int index = 0; index < _count; index++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[(index * sizeof(ulong))..], _words[index]);
        }
    }

    /// <summary>Gives the memory back when it is more than so many bytes.</summary>
    public void Clear(int keptMaxBytes)
    {
        _count = 0;
        _words = (long)_words.Length * sizeof(ulong) > keptMaxBytes ? [] : _words;
    }

    private static int WordsFor(long keys)
    {
        long blocks = ((keys * StoreLimits.FilterBitsPerKey) + KeyFilter.BitsPerBlock - 1) / KeyFilter.BitsPerBlock;
        return checked((int)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, blocks)) * KeyFilter.WordsPerBlock);
    }
}
