using Duramen.Core.Binary;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>
/// Which block of a run may have a version: the first key and offset of each block. An entry in the file is the key's length as a varint, the key, the offset less the
/// run's first as a varint, and the block's length as a varint. Immutable once made.
/// </summary>
internal sealed class BlockIndex
{
    private readonly byte[] _bytes;
    private readonly KeyWords _words;
    private readonly int[] _keyStarts;
    private readonly int[] _keyLengths;
    private readonly long[] _offsets;
    private readonly long[] _positions;

    private BlockIndex(byte[] bytes, ulong[] words, int[] keyStarts, int[] keyLengths, long[] offsets, long[] positions)
    {
        _bytes = bytes;
        _words = new KeyWords(words);
        _keyStarts = keyStarts;
        _keyLengths = keyLengths;
        _offsets = offsets;
        _positions = positions;
    }

    public int Count => _words.Count;

    /// <summary>The memory in use, in bytes.</summary>
    public long SizeBytes => _bytes.Length + _words.SizeBytes + (Count * 24L);

    /// <summary>Reads an index; null when the bytes are none, or the blocks do not fill the part of the file up to <paramref name="end"/>.</summary>
    public static BlockIndex? TryRead(byte[] bytes, int count, long firstOffset, long end)
    {
        // An entry takes three bytes at least, which bounds what is allocated.
        if (count > bytes.Length / 3)
        {
            return null;
        }

        ulong[] words = new ulong[count];
        int[] keyStarts = new int[count];
        int[] keyLengths = new int[count];
        long[] offsets = new long[count];
        long[] positions = new long[count + 1];
        var reader = new SpanReader(bytes);
        for (int block = 0; block < count; block++)
        {
            if (!reader.TryReadUnsignedVarint32(out uint keyLength)
                || keyLength > StoreLimits.KeyMaxBytes
                || !reader.TryReadBytes((int)keyLength, out ReadOnlySpan<byte> key)
                || !reader.TryReadUnsignedVarint64(out ulong offset)
                || !reader.TryReadUnsignedVarint32(out uint size)
                || size is < sizeof(uint) or > int.MaxValue)
            {
                return null;
            }

            words[block] = KeyWord.Of(key);
            keyLengths[block] = (int)keyLength;
            keyStarts[block] = reader.Position - Varint.SizeOfUnsigned(size) - Varint.SizeOfUnsigned(offset) - (int)keyLength;
            offsets[block] = firstOffset + (long)offset;
            positions[block + 1] = positions[block] + size;
        }

        return reader.IsAtEnd && positions[count] == end ? new BlockIndex(bytes, words, keyStarts, keyLengths, offsets, positions) : null;
    }

    public static void Write(PooledBuffer target, ReadOnlySpan<byte> key, long offsetDelta, int sizeBytes)
    {
        Span<byte> entry = target.GetSpan(key.Length + BlockEntry.OverheadMaxBytes);
        int position = Varint.WriteUnsigned(entry, (ulong)key.Length);
        key.CopyTo(entry[position..]);
        position += key.Length;
        position += Varint.WriteUnsigned(entry[position..], (ulong)offsetDelta);
        position += Varint.WriteUnsigned(entry[position..], (ulong)sizeBytes);
        target.Advance(position);
    }

    public long PositionOf(int block) => _positions[block];

    public int SizeOf(int block) => (int)(_positions[block + 1] - _positions[block]);

    public ReadOnlySpan<byte> KeyOf(int block) => _bytes.AsSpan(_keyStarts[block], _keyLengths[block]);

    /// <summary>
    /// The last block that does not begin behind the version of a key at an offset, or where it would be; -1 when all do. In the order of a run a newer
    /// version of a key is before an older one.
    /// </summary>
    public int Find(ReadOnlySpan<byte> key, long offset)
    {
        // Only where keys begin with the same word are they looked at.
        ulong word = KeyWord.Of(key);
        int low = _words.CountBelow(word);
        int high = low < Count && _words[low] == word ? LastWith(word) : low - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = KeyOf(middle).SequenceCompareTo(key);
            if (order < 0 || (order == 0 && _offsets[middle] >= offset))
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    /// <summary>Whether a block begins with a key.</summary>
    public bool BeginsWith(int block, ReadOnlySpan<byte> key) => _words[block] == KeyWord.Of(key) && KeyOf(block).SequenceEqual(key);

    private int LastWith(ulong word) => (word < ulong.MaxValue ? _words.CountBelow(word + 1) : Count) - 1;
}
