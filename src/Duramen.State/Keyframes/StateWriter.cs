using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Replication;
using Duramen.State.Store;

namespace Duramen.State.Keyframes;

/// <summary>Takes the entries of a state into a keyframe. One owner, one thread; good during <see cref="IFrozenState.WriteTo"/>.</summary>
public sealed class StateWriter : IDisposable
{
    private readonly PooledBuffer _block = new();
    private readonly IDiskFile _file;
    private long _at;
    private long _begun;

    internal StateWriter(IDiskFile file, long at)
    {
        _file = file;
        _at = at;
        _begun = at;
    }

    /// <summary>How long the file is so far.</summary>
    internal long SizeBytes => _at;

    /// <summary>How many entries there are so far.</summary>
    internal long Entries { get; private set; }

    /// <summary>The digest of them.</summary>
    internal StateDigest Digest { get; private set; }

    /// <summary>Writes an entry. What is written is what <see cref="StateReader"/> reads; which keys there are is the state's own business.</summary>
    /// <param name="key">Its key, at most 64 KiB; no two entries have the same.</param>
    /// <param name="value">Its value, at most 256 MiB.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.TooLarge"/>.</exception>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Put(key, value, Offset.Zero, 0);

    internal void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Offset offset, long timestampMs)
    {
        StoreRefusals.CheckSizes(key.Length, value.Length);
        Span<byte> head = _block.GetSpan(KeyframeFile.EntryHeadBytes);
        BinaryPrimitives.WriteInt32BigEndian(head, key.Length);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], value.Length);
        BinaryPrimitives.WriteInt64BigEndian(head[8..], offset.Value);
        BinaryPrimitives.WriteInt64BigEndian(head[16..], timestampMs);
        _block.Advance(KeyframeFile.EntryHeadBytes);
        _block.Write(key);
        _block.Write(value);
        Digest = Digest.Plus(key, value);
        Entries++;
        if (_block.Length >= KeyframeFile.BlockBytes)
        {
            WriteBlock();
        }
    }

    /// <summary>Writes what is left, and the block of no bytes that is the end.</summary>
    internal void End()
    {
        if (_block.Length > 0)
        {
            WriteBlock();
        }

        WriteBlock();
    }

    /// <inheritdoc/>
    public void Dispose() => _block.Dispose();

    private void WriteBlock()
    {
        Span<byte> head = stackalloc byte[KeyframeFile.BlockHeadBytes];
        BinaryPrimitives.WriteInt32BigEndian(head, _block.Length);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], Crc32C.Compute(_block.WrittenSpan));
        _file.Write(head, _at);
        _file.Write(_block.WrittenSpan, _at + KeyframeFile.BlockHeadBytes);
        _at += KeyframeFile.BlockHeadBytes + _block.Length;
        _block.Clear();
        if (_at - _begun >= StoreLimits.WritebackBytes)
        {
            // The sync at the end then finds little left to do, and holds up nobody else's.
            _file.StartWriteback(_begun, _at - _begun);
            _begun = _at;
        }
    }
}
