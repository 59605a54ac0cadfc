using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>
/// Writes a run: its versions in order, then its changes in order, then it is finished and durable. Until a manifest names it, it is nothing, and
/// deleted when the store is opened.
/// </summary>
internal sealed class RunWriter : IDisposable
{
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly IDiskFile _file;
    private readonly long _number;
    private readonly Offset _from;
    private readonly long _baseTimestampMs;
    private readonly int _blockMaxBytes;
    private readonly RunBuffers _buffers;
    private readonly KeyFilterBuilder _filter;
    private readonly VersionBlockBuilder _block;
    private readonly PooledBuffer _output;

    // Where the output begins in the file, and where the open block of changes begins in the output; -1 for none.
    private long _written;
    private int _blockStart = -1;
    private long _firstOffset;
    private int _blockCount;
    private int _changeBlockCount;
    private long _changesPosition = -1;
    private long _changeOffset;
    private long _versions;
    private long _keys;
    private long _writebackFrom;

    /// <param name="disk">The disk.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="number">A number that no run had.</param>
    /// <param name="from">The first offset covered.</param>
    /// <param name="baseTimestampMs">What times are written relative to: one of those to come, so that they are short.</param>
    /// <param name="keysMax">How many keys there are at most.</param>
    /// <param name="blockMaxBytes">What a block is closed at; at most 64 KiB.</param>
    /// <param name="buffers">The memory to work in, used by nobody else until the writer is disposed.</param>
    public RunWriter(IDisk disk, string folder, long number, Offset from, long baseTimestampMs, long keysMax, int blockMaxBytes, RunBuffers buffers)
    {
        _disk = disk;
        _folder = folder;
        _number = number;
        _from = from;
        _baseTimestampMs = baseTimestampMs;
        _blockMaxBytes = blockMaxBytes;
        _buffers = buffers;
        _filter = buffers.Filter;
        _block = buffers.Block;
        _output = buffers.Output;
        _filter.Begin(keysMax);
        _file = disk.Open($"{folder}/{RunName.Of(number)}", DiskFileMode.CreateNew);
    }

    /// <summary>The versions added so far.</summary>
    public long Versions => _versions;

    private long Position => _written + _output.Length;

    /// <summary>Adds a version. The key is not before that of the one added last, and when it is the same the version is older.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isSameKey">Whether the key is that of the version added last.</param>
    /// <param name="offset">The offset.</param>
    /// <param name="timestampMs">The time.</param>
    /// <param name="value">The value; null for a removal.</param>
    public void Add(ReadOnlySpan<byte> key, in KeyHash hash, bool isSameKey, long offset, long timestampMs, NullableBytes value)
    {
        if (!isSameKey)
        {
            _filter.Add(hash);
            _keys++;
        }

        if (_block.SizeBytes >= _blockMaxBytes)
        {
            CloseBlock();
        }

        if (_block.IsEmpty)
        {
            _buffers.FirstKey.Clear();
            _buffers.FirstKey.Write(key);
            _firstOffset = offset;
        }

        _block.Add(key, hash, isSameKey, offset - _from.Value, timestampMs - _baseTimestampMs, value);
        _versions++;
    }

    /// <summary>Adds a change, once all versions are there. Its offset is not before that of the one added last.</summary>
    public void AddChange(ReadOnlySpan<byte> key, long offset)
    {
        EndVersions();
        if (_blockStart >= 0 && _output.Length - _blockStart >= StoreLimits.ChangeBlockBytes)
        {
            CloseChanges();
        }

        if (_blockStart < 0)
        {
            _blockStart = _output.Length;
            _firstOffset = offset;
            _changeOffset = offset;
            _output.Advance(Varint.WriteUnsigned(_output.GetSpan(Varint.MaxSizeBytes64), (ulong)offset));
        }

        Span<byte> target = _output.GetSpan(key.Length + BlockEntry.OverheadMaxBytes);
        int position = Varint.WriteUnsigned(target, (ulong)(offset - _changeOffset));
        position += Varint.WriteUnsigned(target[position..], (ulong)key.Length);
        key.CopyTo(target[position..]);
        _output.Advance(position + key.Length);
        _changeOffset = offset;
    }

    /// <summary>Adds a whole block of changes of another run, its checksum included.</summary>
    public void AddChanges(ReadOnlySpan<byte> block, long firstOffset)
    {
        EndVersions();
        Invariant.Holds(_blockStart < 0);
        _output.Write(block);
        EndChanges(firstOffset, block.Length);
    }

    /// <summary>Writes the rest, makes all of it durable, and says what the manifest has to know.</summary>
    public RunState Finish(Offset to, int level)
    {
        EndVersions();
        if (_blockStart >= 0)
        {
            CloseChanges();
        }

        long blockIndexPosition = Position;
        WritePart(_buffers.Index.WrittenSpan);
        long changeIndexPosition = Position;
        WritePart(_buffers.ChangeIndex.WrittenSpan);
        long filterPosition = Position;
        _filter.FoldFor(_keys);
        _filter.Write(_output.GetSpan(_filter.SizeBytes));
        _output.Advance(_filter.SizeBytes);
        WriteChecksum(_output.Length - _filter.SizeBytes);
        var footer = new RunFooter
        {
            Number = _number,
            From = _from,
            To = to,
            BaseTimestampMs = _baseTimestampMs,
            Versions = _versions,
            Keys = _keys,
            ChangesPosition = _changesPosition,
            BlockIndexPosition = blockIndexPosition,
            BlockCount = _blockCount,
            ChangeBlockCount = _changeBlockCount,
            ChangeIndexPosition = changeIndexPosition,
            FilterPosition = filterPosition,
            FooterPosition = Position,
        };
        footer.Write(_output.GetSpan(RunFooter.SizeBytes));
        _output.Advance(RunFooter.SizeBytes);
        WriteOut();
        _file.Sync();
        _disk.SyncFolder(_folder);
        return new RunState(_number, level, _from, to, _written);
    }

    public void Dispose()
    {
        _file.Dispose();
        _buffers.Clear();
    }

    private void EndVersions()
    {
        if (_changesPosition >= 0)
        {
            return;
        }

        if (!_block.IsEmpty)
        {
            CloseBlock();
        }

        _changesPosition = Position;
    }

    private void CloseBlock()
    {
        int start = _output.Length;
        _block.WriteTo(_output);
        WriteChecksum(start);
        BlockIndex.Write(_buffers.Index, _buffers.FirstKey.WrittenSpan, _firstOffset - _from.Value, _output.Length - start);
        _blockCount++;
        WriteOutIfLarge();
    }

    private void CloseChanges()
    {
        WriteChecksum(_blockStart);
        EndChanges(_firstOffset, _output.Length - _blockStart);
        _blockStart = -1;
    }

    private void EndChanges(long firstOffset, int sizeBytes)
    {
        ChangeIndex.Write(_buffers.ChangeIndex, firstOffset - _from.Value, sizeBytes);
        _changeBlockCount++;
        WriteOutIfLarge();
    }

    private void WritePart(ReadOnlySpan<byte> content)
    {
        int start = _output.Length;
        _output.Write(content);
        WriteChecksum(start);
    }

    private void WriteChecksum(int start)
    {
        uint checksum = Crc32C.Compute(_output.WrittenSpan[start..]);
        BinaryPrimitives.WriteUInt32BigEndian(_output.GetSpan(sizeof(uint)), checksum);
        _output.Advance(sizeof(uint));
    }

    private void WriteOutIfLarge()
    {
        if (_output.Length >= StoreLimits.WriteBytes)
        {
            WriteOut();
            if (_written - _writebackFrom >= StoreLimits.WritebackBytes)
            {
                _file.StartWriteback(_writebackFrom, _written - _writebackFrom);
                _writebackFrom = _written;
            }
        }
    }

    private void WriteOut()
    {
        _file.Write(_output.WrittenSpan, _written);
        _written += _output.Length;
        _output.Clear();
    }
}
