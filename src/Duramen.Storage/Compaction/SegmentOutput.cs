using System.Buffers;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Compaction;

/// <summary>
/// A segment that compaction writes: under an unfinished name until both its files are synced, then under the name it will have in the log.
/// Nothing refers to it before the journal says so, and <see cref="Delete"/> takes it back until then.
/// </summary>
internal sealed class SegmentOutput : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly LogId _logId;
    private readonly SegmentId _id;
    private readonly List<IndexEntry> _entries = [];
    private readonly IDiskFile _file;
    private byte[] _buffer;
    private int _buffered;
    private SegmentState _state;

    public SegmentOutput(IDisk disk, string folder, LogId logId, SegmentId id)
    {
        _disk = disk;
        _folder = folder;
        _logId = logId;
        _id = id;
        _state = new SegmentState(id);
        _file = disk.Open(Unfinished(id.SegmentFileName), DiskFileMode.CreateNew);
        _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    }

    /// <summary>The fold of the batches added so far.</summary>
    public SegmentState State => _state;

    /// <summary>Adds a batch, which must follow those before it.</summary>
    public void Add(RecordBatchView batch)
    {
        if (batch.SizeBytes > _buffer.Length - _buffered)
        {
            Flush();
        }

        if (batch.SizeBytes > _buffer.Length)
        {
            _file.Write(batch.Bytes, _state.SizeBytes);
        }
        else
        {
            batch.Bytes.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += batch.SizeBytes;
        }

        if (_state.Add(batch, out IndexEntry completed))
        {
            _entries.Add(completed);
        }
    }

    /// <summary>Makes segment and index durable under their final names, but for those names: the caller syncs the folder.</summary>
    public void Finish()
    {
        Flush();
        _file.Sync();
        using (IDiskFile index = _disk.Open(Unfinished(_id.IndexFileName), DiskFileMode.CreateNew))
        {
            IndexFile.Write(index, _logId, _id, 0, [.. _entries]);
            index.Sync();
        }

        _disk.Rename(Unfinished(_id.IndexFileName), $"{_folder}/{_id.IndexFileName}");
        _disk.Rename(Unfinished(_id.SegmentFileName), $"{_folder}/{_id.SegmentFileName}");
    }

    /// <summary>
    /// Removes whatever there is of the segment. A file that cannot be removed is removed when the folder is opened again.
    /// </summary>
    public void Delete()
    {
        Dispose();
        foreach (string name in (string[])[_id.SegmentFileName, _id.IndexFileName])
        {
            try
            {
                _disk.DeleteGradually(Unfinished(name));
                _disk.DeleteGradually($"{_folder}/{name}");
            }
            catch (DuramenException)
            {
                // The first failure is the one to report.
            }
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string Unfinished(string name) => $"{_folder}/{name}{FolderLayout.UnfinishedSuffix}";

    private void Flush()
    {
        if (_buffered > 0)
        {
            long position = _state.SizeBytes - _buffered;
            _file.Write(_buffer.AsSpan(0, _buffered), position);
            _file.StartWriteback(position, _buffered);
            _buffered = 0;
        }
    }
}
