using Duramen.Core.Checksums;
using Duramen.Disk;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Journaling;

/// <summary>
/// The group that is being put together: entries in a buffer that suits direct access, and the large payloads that go to their segments.
/// Owned by the committer.
/// </summary>
internal sealed class GroupBuilder : IDisposable
{
    private readonly AlignedBuffer _buffer;
    private readonly List<DirectWrite> _directWrites = [];
    private int _entriesBytes;
    private int _entryCount;
    private long _directBytes;

    public GroupBuilder(int capacityBytes)
    {
        _buffer = new AlignedBuffer(capacityBytes);

        // An inline payload takes at most a part of a group, so that any append fits an empty group whatever its size is.
        InlineMaxBytes = Math.Min(StorageLimits.DirectAppendMinBytes, capacityBytes / 4);
    }

    /// <summary>The largest payload that is journaled; a larger one goes to its segment directly.</summary>
    public int InlineMaxBytes { get; }

    /// <summary>The most bytes a group can have, header and filling included.</summary>
    public int CapacityBytes => _buffer.Length;

    public bool IsEmpty => _entryCount == 0;

    public IReadOnlyList<DirectWrite> DirectWrites => _directWrites;

    /// <summary>Bytes that went to segments directly.</summary>
    public long DirectBytes => _directBytes;

    /// <summary>Room for one entry with its inline payload; false when the group is full.</summary>
    public bool TryReserve(int entryBytes, out Span<byte> entry)
    {
        int at = GroupHeader.SizeBytes + _entriesBytes;
        if (_buffer.Length - at < entryBytes)
        {
            entry = default;
            return false;
        }

        entry = _buffer.GetSpan().Slice(at, entryBytes);
        return true;
    }

    /// <summary>Whether one more large payload fits.</summary>
    public bool HasRoomForDirect(int payloadBytes) =>
        _directBytes == 0 || _directBytes + payloadBytes <= StorageLimits.DirectGroupMaxBytes;

    /// <summary>Counts in an entry that was written where <see cref="TryReserve"/> said; returns where its bytes are.</summary>
    public int Add(int entryBytes)
    {
        int at = GroupHeader.SizeBytes + _entriesBytes;
        _entriesBytes += entryBytes;
        _entryCount++;
        return at;
    }

    /// <summary>Has a payload written to its segment with the group.</summary>
    public void AddDirect(Segment segment, uint position, ReadOnlyMemory<byte> payload)
    {
        _directWrites.Add(new DirectWrite(segment, position, payload));
        _directBytes += payload.Length;
    }

    /// <summary>The bytes of the group from a place that <see cref="Add"/> gave, valid until <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> BytesAt(int at, int length) => _buffer.GetSpan().Slice(at, length);

    /// <summary>Writes the header and returns the bytes of the group, filled with zeros to whole blocks.</summary>
    public ReadOnlySpan<byte> Seal(Guid folderId, long sequence, uint previousChecksum, out uint checksum)
    {
        Span<byte> bytes = _buffer.GetSpan();
        uint entriesChecksum = Crc32C.Compute(bytes.Slice(GroupHeader.SizeBytes, _entriesBytes));
        var header = new GroupHeader(folderId, sequence, previousChecksum, _entriesBytes, _entryCount, entriesChecksum);
        checksum = header.Write(bytes);
        int used = GroupHeader.SizeBytes + _entriesBytes;
        int size = (int)header.GroupSizeBytes;
        bytes[used..size].Clear();
        return bytes[..size];
    }

    public void Reset()
    {
        _entriesBytes = 0;
        _entryCount = 0;
        _directBytes = 0;
        _directWrites.Clear();
    }

    public void Dispose() => ((IDisposable)_buffer).Dispose();

    /// <summary>A payload and its place in a segment.</summary>
    internal readonly record struct DirectWrite(Segment Segment, uint Position, ReadOnlyMemory<byte> Payload);
}
