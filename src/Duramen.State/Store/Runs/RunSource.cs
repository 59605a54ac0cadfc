using System.Buffers;
using Duramen.State.Store.Merging;

namespace Duramen.State.Store.Runs;

/// <summary>
/// A walk over a run that reads ahead: one block first, and twice as many each time, so that a short walk reads little and a long one reads in large pieces. Goes round the cache, which a
/// long walk would only empty. The run must not be released before the walk ends.
/// </summary>
internal sealed class RunSource(Run run, bool isLong) : VersionSource
{
    private readonly BlockIndex _index = run.Index;
    private readonly long _from = run.Footer.From.Value;
    private readonly long _baseTimestampMs = run.Footer.BaseTimestampMs;
    private byte[] _buffer = [];
    private int _bufferFirst;
    private int _bufferEnd;
    private int _readBytes = isLong ? StoreLimits.ReadAheadBytes : 1;

    // The block it is in, where its content is in the buffer, and the entry there.
    private int _block;
    private int _blockStart;
    private int _blockLength;
    private int _entriesEnd;
    private BlockEntry _entry;

    public override void Seek(ReadOnlySpan<byte> key)
    {
        _block = Math.Max(0, _index.Find(key, long.MaxValue));
        IsOnVersion = _index.Count > 0;
        if (!IsOnVersion)
        {
            return;
        }

        OpenBlock();
        while (IsOnVersion && Key.SequenceCompareTo(key) < 0)
        {
            MoveNextVersion();
        }
    }

    public override bool MoveNextVersion()
    {
        if (TryReadEntry())
        {
            return _entry.IsSameKey;
        }

        if (++_block >= _index.Count)
        {
            IsOnVersion = false;
            return false;
        }

        // Reading the next block may overwrite the key.
        bool isSameKey = _index.KeyOf(_block).SequenceEqual(Key);
        OpenBlock();
        return isSameKey;
    }

    public override void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private bool TryReadEntry()
    {
        if (!_entry.MoveNext(_buffer.AsSpan(_blockStart, _blockLength), _entriesEnd))
        {
            return _entry.IsMalformed ? throw run.Malformed(_index.PositionOf(_block)) : false;
        }

        Offset = _from + _entry.OffsetDelta;
        TimestampMs = _baseTimestampMs + _entry.TimestampDelta;
        ValueStart = _blockStart + _entry.ValueStart;
        ValueLength = _entry.ValueLength;
        if (!_entry.IsSameKey)
        {
            KeyStart = _blockStart + _entry.KeyStart;
            KeyLength = _entry.KeyLength;
            KeyChanged();
        }

        return true;
    }

    /// <summary>Opens the block and reads its first entry; every block has one.</summary>
    private void OpenBlock()
    {
        if (_block < _bufferFirst || _block >= _bufferEnd)
        {
            Fill();
        }

        long position = _index.PositionOf(_block);
        _blockStart = (int)(position - _index.PositionOf(_bufferFirst));
        ReadOnlySpan<byte> content = run.Verify(_buffer.AsSpan(_blockStart, _index.SizeOf(_block)), position);
        VersionBlock versions = run.Versions(content, _block);
        _blockLength = content.Length;
        _entriesEnd = versions.EntriesEnd;
        _entry = versions.Start();
        if (!TryReadEntry() || _entry.IsSameKey)
        {
            throw run.Malformed(position);
        }
    }

    private void Fill()
    {
        long position = _index.PositionOf(_block);
        int end = _block + 1;
        while (end < _index.Count && _index.PositionOf(end + 1) - position <= _readBytes)
        {
            end++;
        }

        int size = (int)(_index.PositionOf(end) - position);
        if (size > _buffer.Length)
        {
            Dispose();
            _buffer = ArrayPool<byte>.Shared.Rent(size);
            KeyArray = _buffer;
            ValueArray = _buffer;
        }

        run.ReadExactly(_buffer.AsSpan(0, size), position);
        _bufferFirst = _block;
        _bufferEnd = end;
        _readBytes = Math.Min(StoreLimits.ReadAheadBytes, Math.Max(2 * _readBytes, 2 * size));
    }
}
