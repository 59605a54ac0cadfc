using Duramen.Core.Binary;

namespace Duramen.State.Store.Runs;

/// <summary>
/// Where in a run the changes are, which name the key of each version in the order of offsets. For each block the index has the first offset less the run's first, and the length, as
/// varints. Immutable once made.
/// </summary>
internal sealed class ChangeIndex
{
    private readonly long[] _offsets;
    private readonly long[] _positions;

    private ChangeIndex(int count, long position)
    {
        _offsets = new long[count];
        _positions = new long[count + 1];
        _positions[0] = position;
    }

    public int Count => _offsets.Length;

    /// <summary>Reads an index; null when the bytes are none, or the blocks do not fill the part of the file from position to end.</summary>
    public static ChangeIndex? TryRead(ReadOnlySpan<byte> bytes, int count, long firstOffset, long position, long end)
    {
        if (count > bytes.Length / 2)
        {
            return null;
        }

        var index = new ChangeIndex(count, position);
        var reader = new SpanReader(bytes);
        for (int block = 0; block < count; block++)
        {
            if (!reader.TryReadUnsignedVarint64(out ulong offset)
                || !reader.TryReadUnsignedVarint32(out uint size)
                || size is < sizeof(uint) or > int.MaxValue)
            {
                return null;
            }

            index._offsets[block] = firstOffset + (long)offset;
            index._positions[block + 1] = index._positions[block] + size;
        }

        return reader.IsAtEnd && index._positions[count] == end ? index : null;
    }

    public static void Write(PooledBuffer target, long offsetDelta, int sizeBytes)
    {
        Span<byte> entry = target.GetSpan(BlockEntry.OverheadMaxBytes);
        int position = Varint.WriteUnsigned(entry, (ulong)offsetDelta);
        position += Varint.WriteUnsigned(entry[position..], (ulong)sizeBytes);
        target.Advance(position);
    }

    public long FirstOffsetOf(int block) => _offsets[block];

    public long PositionOf(int block) => _positions[block];

    public int SizeOf(int block) => (int)(_positions[block + 1] - _positions[block]);

    /// <summary>The first block that may name a change at or after an offset; <see cref="Count"/> when there is no block.</summary>
    public int FindSince(long offset)
    {
        // The last block that begins at or before the offset; several may begin with the same one, and the one before them may end with it.
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_offsets[middle] < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return Math.Max(0, low - 1);
    }
}
