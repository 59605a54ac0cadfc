using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>
/// Makes a <see cref="KeyFilter"/> in memory of the pool. The number of its blocks is a power of two, so that a filter that was made too large, since a merge does not know how many keys its
/// inputs share, is folded in half by joining its two halves. One owner, who disposes it.
/// </summary>
internal sealed class KeyFilterBuilder : IDisposable
{
    private ulong[] _words;
    private int _count;

    /// <summary>Begins one for so many keys at most.</summary>
    public KeyFilterBuilder(long keysMax)
    {
        _count = WordsFor(keysMax);
        _words = ArrayPool<ulong>.Shared.Rent(_count);
        _words.AsSpan(0, _count).Clear();
    }

    public int SizeBytes => _count * sizeof(ulong);

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

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_words);
        _words = [];
        _count = 0;
    }

    private static int WordsFor(long keys)
    {
        long blocks = ((keys * StoreLimits.FilterBitsPerKey) + KeyFilter.BitsPerBlock - 1) / KeyFilter.BitsPerBlock;
        return checked((int)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, blocks)) * KeyFilter.WordsPerBlock);
    }
}
