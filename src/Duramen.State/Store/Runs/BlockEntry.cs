using Duramen.Core.Binary;

namespace Duramen.State.Store.Runs;

/// <summary>
/// A version as it stands in a block, but for its value, which is behind all entries:
/// <code>
/// varint  0 when the key is that of the entry before, else the key's length + 1, and the key
/// varint  offset less the run's first
/// zigzag  time less the run's base time
/// varint  0 for a removal, else the value's length + 1
/// </code>
/// </summary>
internal struct BlockEntry
{
    /// <summary>The most that an entry has beside the key.</summary>
    public const int OverheadMaxBytes = (2 * Varint.MaxSizeBytes32) + (2 * Varint.MaxSizeBytes64);

    public int KeyStart;
    public int KeyLength;
    public bool IsSameKey;
    public long OffsetDelta;
    public long TimestampDelta;
    public int ValueStart;

    /// <summary>The length of the value, or -1 for a removal.</summary>
    public int ValueLength;

    // Where the next entry begins; -1 once there was none.
    private int _next;

    /// <summary>Whether the walk ended because the bytes are no entry.</summary>
    public readonly bool IsMalformed => _next < 0;

    /// <summary>What stands before an entry and its value.</summary>
    public static BlockEntry Before(int entry, int value) => new() { _next = entry, ValueStart = value, ValueLength = -1 };

    /// <summary>
    /// Moves to the next entry; false when it stands on the last, and when the bytes are no entry. The fields of the key stay as they are when the key is the same.
    /// </summary>
    /// <param name="content">The content of a block.</param>
    /// <param name="end">Where its entries end.</param>
    public bool MoveNext(ReadOnlySpan<byte> content, int end)
    {
        int position = _next;
        if (position == end)
        {
            return false;
        }

        _next = -1;
        ReadOnlySpan<byte> entries = content[..end];
        if ((uint)position >= (uint)end || !Varint.TryReadUnsigned32(entries[position..], out uint tag, out int size))
        {
            return false;
        }

        position += size;
        IsSameKey = tag == 0;
        if (!IsSameKey)
        {
            if (tag - 1 > (uint)(end - position))
            {
                return false;
            }

            KeyStart = position;
            KeyLength = (int)(tag - 1);
            position += KeyLength;
        }

        if (!Varint.TryReadUnsigned64(entries[position..], out ulong offset, out size))
        {
            return false;
        }

        position += size;
        if (!Varint.TryRead64(entries[position..], out TimestampDelta, out size))
        {
            return false;
        }

        position += size;
        if (!Varint.TryReadUnsigned32(entries[position..], out tag, out size))
        {
            return false;
        }

        OffsetDelta = (long)offset;
        ValueStart += Math.Max(0, ValueLength);
        ValueLength = (int)tag - 1;
        if (ValueStart + (long)tag - 1 > content.Length)
        {
            return false;
        }

        _next = position + size;
        return true;
    }

    /// <summary>Writes an entry; the key is left out when it is that of the entry before.</summary>
    public static int Write(Span<byte> target, ReadOnlySpan<byte> key, bool isSameKey, long offsetDelta, long timestampDelta, NullableBytes value)
    {
        int position;
        if (isSameKey)
        {
            target[0] = 0;
            position = 1;
        }
        else
        {
            position = Varint.WriteUnsigned(target, (ulong)key.Length + 1);
            key.CopyTo(target[position..]);
            position += key.Length;
        }

        position += Varint.WriteUnsigned(target[position..], (ulong)offsetDelta);
        position += Varint.Write(target[position..], timestampDelta);
        return position + Varint.WriteUnsigned(target[position..], value.IsNull ? 0 : (ulong)value.Length + 1);
    }
}
