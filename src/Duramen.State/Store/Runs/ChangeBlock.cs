using Duramen.Core.Binary;

namespace Duramen.State.Store.Runs;

/// <summary>
/// The content of a block of changes: the offset of the first as a varint, then for each change its offset less the one before (0 for the first) and the key's length, as
/// varints, and the key. It depends on nothing outside it, so that a merge copies whole blocks.
/// </summary>
internal ref struct ChangeBlock
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private ReadOnlySpan<byte> _key;

    /// <summary>Reads a block, its checksum excluded.</summary>
    public ChangeBlock(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        IsMalformed = !Varint.TryReadUnsigned64(bytes, out ulong first, out _position);
        Offset = (long)first;
    }

    public long Offset { get; private set; }

    public readonly ReadOnlySpan<byte> Key => _key;

    /// <summary>Whether the walk ended because the bytes are no changes.</summary>
    public bool IsMalformed { get; private set; }

    public bool MoveNext()
    {
        if (IsMalformed || _position == _bytes.Length)
        {
            return false;
        }

        if (!Varint.TryReadUnsigned64(_bytes[_position..], out ulong delta, out int deltaSize)
            || !Varint.TryReadUnsigned32(_bytes[(_position + deltaSize)..], out uint length, out int lengthSize)
            || length > (uint)(_bytes.Length - _position - deltaSize - lengthSize))
        {
            IsMalformed = true;
            return false;
        }

        Offset += (long)delta;
        _key = _bytes.Slice(_position + deltaSize + lengthSize, (int)length);
        _position += deltaSize + lengthSize + (int)length;
        return true;
    }
}
