using Duramen.Core.Binary;

namespace Duramen.State.Store.Runs;

/// <summary>
/// A version as it stands in a block:
/// <code>
/// varint  0 when the key is that of the entry before, else the key's length + 1, and the key
/// varint  offset less the run's first
/// zigzag  time less the run's base time
/// varint  0 for a removal, else the value's length + 1, and the value
/// </code>
/// </summary>
internal struct BlockEntry
{
    /// <summary>The most that an entry has beside key and value.</summary>
    public const int OverheadMaxBytes = (2 * Varint.MaxSizeBytes32) + (2 * Varint.MaxSizeBytes64);

    public int KeyStart;
    public int KeyLength;
    public bool IsSameKey;
    public long OffsetDelta;
    public long TimestampDelta;
    public int ValueStart;

    /// <summary>The length of the value, or -1 for a removal.</summary>
    public int ValueLength;

    /// <summary>
    /// Reads the entry at a position and says where the next one is; -1 when the bytes are no entry. The fields of the key stay as they are when the key
    /// is the same.
    /// </summary>
    public int Read(ReadOnlySpan<byte> block, int position)
    {
        if (!Varint.TryReadUnsigned32(block[position..], out uint tag, out int size))
        {
            return -1;
        }

        position += size;
        IsSameKey = tag == 0;
        if (!IsSameKey)
        {
            if (tag - 1 > (uint)(block.Length - position))
            {
                return -1;
            }

            KeyStart = position;
            KeyLength = (int)(tag - 1);
            position += KeyLength;
        }

        if (!Varint.TryReadUnsigned64(block[position..], out ulong offset, out size))
        {
            return -1;
        }

        position += size;
        if (!Varint.TryRead64(block[position..], out TimestampDelta, out size))
        {
            return -1;
        }

        position += size;
        if (!Varint.TryReadUnsigned32(block[position..], out tag, out size))
        {
            return -1;
        }

        position += size;
        OffsetDelta = (long)offset;
        ValueStart = position;
        ValueLength = (int)tag - 1;
        return ValueLength > block.Length - position ? -1 : position + Math.Max(0, ValueLength);
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
        position += Varint.WriteUnsigned(target[position..], value.IsNull ? 0 : (ulong)value.Length + 1);
        value.Span.CopyTo(target[position..]);
        return position + value.Length;
    }
}
