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
    private readonly ulong[] _words;
    private readonly int[] _keyStarts;
    private readonly int[] _keyLengths;
    private readonly long[] _offsets;
    private readonly long[] _positions;

    private BlockIndex(byte[] bytes, int count)
    {
        _bytes = bytes;
        _words = new ulong[count];
        _keyStarts = new int[count];
        _keyLengths = new int[count];
        _offsets = new long[count];
        _positions = new long[count + 1];
    }

    public int Count => _words.Length;

    /// <summary>The memory in use, in bytes.</summary>
    public long SizeBytes => _bytes.Length + (Count * 32L);

    /// <summary>Reads an index; null when the bytes are none, or the blocks do not fill the part of the file up to <paramref name="end"/>.</summary>
    public static BlockIndex? TryRead(byte[] bytes, int length, int count, long firstOffset, long end)
    {
        // An entry takes three bytes at least, which bounds what is allocated.
        if (count > length / 3)
        {
            return null;
        }

        var index = new BlockIndex(bytes, count);
        var reader = new SpanReader(bytes.AsSpan(0, length));
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

            index._words[block] = KeyWord.Of(key);
            index._keyLengths[block] = (int)keyLength;
            index._keyStarts[block] = reader.Position - Varint.SizeOfUnsigned(size) - Varint.SizeOfUnsigned(offset) - (int)keyLength;
            index._offsets[block] = firstOffset + (long)offset;
            index._positions[block + 1] = index._positions[block] + size;
        }

        return reader.IsAtEnd && index._positions[count] == end ? index : null;
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
        ulong word = KeyWord.Of(key);
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = _words[middle] != word ? (_words[middle] < word ? -1 : 1) : KeyOf(middle).SequenceCompareTo(key);
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
}
