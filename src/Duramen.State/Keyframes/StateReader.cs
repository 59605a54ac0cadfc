using System.Buffers.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.State.Keyframes;

/// <summary>A walk over the entries of a state that was kept, in the order in which they were written. One owner, one thread.</summary>
public sealed class StateReader
{
    private readonly IReadOnlyList<byte[]> _blocks;
    private int _block;
    private int _at;
    private int _keyBytes;
    private int _valueBytes;
    private int _entry;

    // The blocks were verified.
    internal StateReader(IReadOnlyList<byte[]> blocks) => _blocks = blocks;

    /// <summary>The key that the last <see cref="MoveNext"/> came to.</summary>
    public ReadOnlySpan<byte> Key => Bytes(KeyframeFile.EntryHeadBytes, _keyBytes);

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value => Bytes(KeyframeFile.EntryHeadBytes + _keyBytes, _valueBytes);

    internal Offset Offset => new(BinaryPrimitives.ReadInt64BigEndian(Bytes(8, sizeof(long))));

    internal long TimestampMs => BinaryPrimitives.ReadInt64BigEndian(Bytes(16, sizeof(long)));

    /// <summary>Goes on to the next entry; false behind the last.</summary>
    public bool MoveNext()
    {
        while (_block < _blocks.Count && _at == _blocks[_block].Length)
        {
            _block++;
            _at = 0;
        }

        if (_block == _blocks.Count)
        {
            return false;
        }

        bool isEntry = KeyframeFile.TryMeasure(_blocks[_block].AsSpan(_at), out _keyBytes, out _valueBytes);
        Invariant.Holds(isEntry);
        _entry = _at;
        _at += KeyframeFile.EntryHeadBytes + _keyBytes + _valueBytes;
        return true;
    }

    private ReadOnlySpan<byte> Bytes(int at, int length) => _blocks[_block].AsSpan(_entry + at, length);
}
