using System.Buffers;
using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Storage.Segments;

/// <summary>
/// Reads a segment's file from its beginning, batch by batch, folding each into a state as it was folded when it was appended. What comes out
/// must equal what the catalog says; where it does not, the message names the batch.
/// </summary>
internal sealed class SegmentScanner : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly IDiskFile _file;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int _start;
    private int _end;
    private long _filePosition;
    private readonly long _limit;
    private SegmentState _state;

    /// <summary>Begins at the start of a file, and ends before a position.</summary>
    public SegmentScanner(IDiskFile file, SegmentId segment, long limitBytes)
        : this(file, new SegmentState(segment), limitBytes)
    {
    }

    /// <summary>Begins where an earlier scan, or the catalog, stands.</summary>
    public SegmentScanner(IDiskFile file, SegmentState from, long limitBytes)
    {
        _file = file;
        _state = from;
        _filePosition = from.SizeBytes;
        _limit = limitBytes;
    }

    /// <summary>The fold of every batch returned so far.</summary>
    public SegmentState State => _state;

    /// <summary>Where the next batch begins.</summary>
    public uint Position => _state.SizeBytes;

    /// <summary>
    /// Takes the next batch and folds it. False at the limit, and where the bytes are not a sound batch that follows the one before:
    /// then <paramref name="defect"/> says why.
    /// </summary>
    public bool TryNext(out RecordBatchView batch, out bool completedInterval, out IndexEntry entry, out string? defect)
    {
        batch = default;
        entry = default;
        completedInterval = false;
        defect = null;
        if (_state.SizeBytes >= _limit)
        {
            return false;
        }

        if (!Fill(RecordBatchLayout.HeaderSizeBytes))
        {
            defect = "the file ends inside a batch header";
            return false;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + RecordBatchLayout.BatchLength));
        long size = (long)length + RecordBatchLayout.LengthPrefixSizeBytes;
        if (length < RecordBatchLayout.MinBatchLength || _state.SizeBytes + size > _limit)
        {
            defect = FormattableString.Invariant($"the batch length field holds {length}");
            return false;
        }

        if (!Fill((int)size) || !RecordBatchView.TryRead(_buffer.AsSpan(_start, (int)size), out batch))
        {
            defect = "the bytes are not a batch of version 2";
            return false;
        }

        if (!batch.IsChecksumValid)
        {
            defect = "the batch's checksum does not match its bytes";
            return false;
        }

        if (batch.BaseOffset < _state.NextOffset || batch.LastOffsetDelta < 0)
        {
            defect = FormattableString.Invariant($"the batch begins at offset {batch.BaseOffset} where {_state.NextOffset} or later was expected");
            return false;
        }

        completedInterval = _state.Add(batch, out entry);
        _start += (int)size;
        return true;
    }

    /// <summary>Reads the whole of a segment to make its index again, checking the result against the catalog's digest.</summary>
    public static IndexEntry[] RebuildIndex(IDisk disk, string folder, SegmentState expected)
    {
        string path = $"{folder}/{expected.Id.SegmentFileName}";
        using IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        using var scanner = new SegmentScanner(file, expected.Id, expected.SizeBytes);
        var entries = new List<IndexEntry>(expected.IndexEntries);
        string? defect;
        while (scanner.TryNext(out _, out bool completed, out IndexEntry entry, out defect))
        {
            if (completed)
            {
                entries.Add(entry);
            }
        }

        if (defect is not null || scanner.State != expected)
        {
            throw Damaged(path, scanner.Position, defect ?? "the batches are not the ones that the catalog knows");
        }

        return [.. entries];
    }

    /// <summary>The error for a segment whose bytes are not what was written.</summary>
    public static StorageException Damaged(string path, long position, string defect, Offset? offset = null) =>
        new(
            LogErrors.Corrupt,
            FormattableString.Invariant($"{path} is damaged at byte {position}{(offset is null ? "" : $", offset {offset}")}: {defect}."),
            "Run 'duramen log verify' on the folder to see the extent, then restore this file from a backup or a replica.");

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    // Makes at least `needed` bytes of the file available at _start.
    private bool Fill(int needed)
    {
        if (_end - _start >= needed)
        {
            return true;
        }

        if (_buffer.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(needed);
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        }

        _end -= _start;
        _start = 0;
        int wanted = (int)Math.Min(_buffer.Length - _end, _limit - _filePosition);
        int read = wanted > 0 ? _file.Read(_buffer.AsSpan(_end, wanted), _filePosition) : 0;
        _filePosition += read;
        _end += read;
        return _end >= needed;
    }
}
