using System.Buffers.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Records.Batches;

namespace Duramen.Storage.Segments;

/// <summary>
/// A run of batches in one file, with its index and the part of it that is still in memory. The members that change it, and all that read
/// <see cref="State"/> or <see cref="Tail"/>, are guarded by the lock of the log it belongs to; the file may be read by anyone who holds a lease.
/// </summary>
internal sealed class Segment : IDisposable
{
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly SegmentIndex _index;
    private readonly bool _isNew;
    private readonly Lock _fileLock = new();
    private IDiskFile? _file;
    private SegmentState _state;
    private bool _areNamesNew;
    private long _reservedBytes;
    private volatile SegmentBeginning? _beginning;
    private int _leases = 1;
    private volatile bool _isDropped;

    /// <summary>A segment as the catalog describes it, or a new one that has no file yet.</summary>
    public Segment(IDisk disk, string folder, LogId logId, SegmentState state)
    {
        _disk = disk;
        _folder = folder;
        _state = state;
        _isNew = state.SizeBytes == 0;
        FlushedBytes = state.SizeBytes;
        _index = new SegmentIndex(disk, folder, logId, state);
    }

    public SegmentId Id => _state.Id;

    public SegmentState State => _state;

    public TailBuffer Tail { get; } = new();

    public SegmentIndex Index => _index;

    /// <summary>The position up to which the file holds the batches, whether synced or not.</summary>
    public uint FlushedBytes { get; set; }

    /// <summary>Whether the file holds bytes that were written behind and not synced yet. Owned by whoever flushes.</summary>
    public bool HasUnsyncedBytes { get; set; }

    /// <summary>Whether the log has let go of the segment, so that its files are deleted once nobody is in it.</summary>
    public bool IsDropped => _isDropped;

    /// <summary>Whether the log or a reader holds a lease. A segment whose last lease has ended never gets another, and nobody has its file open.</summary>
    public bool IsLeased => Volatile.Read(ref _leases) > 0;

    public string FilePath => $"{_folder}/{Id.SegmentFileName}";

    public string IndexPath => $"{_folder}/{Id.IndexFileName}";

    /// <summary>Says what its age counts from, when the first batch gets its place in it; at any other time it does nothing.</summary>
    public void Begin(long timestampMs, TimeProvider time) => _beginning ??= SegmentBeginning.Of(timestampMs, time);

    /// <summary>What its age counts from. Of a segment that the catalog gave it is read from the file the first time. The caller holds a lease.</summary>
    public SegmentBeginning GetBeginning(TimeProvider time) => _beginning ??= ReadBeginning(time);

    /// <summary>Folds a batch in that is durable in the journal only, keeping its bytes until they are flushed.</summary>
    public void AddJournaled(in RecordBatchView batch)
    {
        Tail.Append(_state.SizeBytes, batch.Bytes);
        Add(batch);
    }

    /// <summary>Folds a batch in whose bytes the file has already.</summary>
    public void Add(in RecordBatchView batch)
    {
        if (_state.Add(batch, out IndexEntry completed))
        {
            _index.Add(completed);
        }
    }

    /// <summary>
    /// Ends the segment at an earlier state, which must be a batch boundary of it. Nothing is ever appended to it again: the bytes that the
    /// file may hold beyond are dead, and no position is written twice with different bytes.
    /// </summary>
    public void CutTo(SegmentState earlier)
    {
        Invariant.Holds(earlier.Id == Id && earlier.SizeBytes <= _state.SizeBytes);
        _state = earlier;
        Tail.Truncate(earlier.SizeBytes);
        _index.Truncate(earlier.IndexEntries);
        FlushedBytes = Math.Min(FlushedBytes, earlier.SizeBytes);
    }

    /// <summary>
    /// Makes sure that the file has room for an append at a position, so that the append cannot run out of space once it has offsets.
    /// </summary>
    /// <exception cref="DiskException">Code <c>disk-full</c>.</exception>
    public void Reserve(uint position, int lengthBytes)
    {
        long end = (long)position + lengthBytes;
        if (end <= _reservedBytes)
        {
            return;
        }

        IDiskFile file = OpenFile();
        // What was journaled before and is not in the file yet needs its room too.
        long from = Math.Max(_reservedBytes, FlushedBytes);
        long wanted = Math.Max(end - from, StorageLimits.ReserveStepBytes);
        try
        {
            file.TryReserve(from, wanted);
        }
        catch (DiskException exception) when (exception.Code == DiskErrors.Full && wanted > end - from)
        {
            // Less than a whole step is left on the disk: take exactly what this append needs.
            wanted = end - from;
            file.TryReserve(from, wanted);
        }

        _reservedBytes = from + wanted;
    }

    /// <summary>
    /// The open file, created when this is its first use. The caller holds a lease or is the only one who can drop the segment.
    /// </summary>
    public IDiskFile OpenFile()
    {
        lock (_fileLock)
        {
            if (_file is null)
            {
                bool isMissing = !_disk.FileExists(FilePath);
                if (isMissing)
                {
                    _disk.CreateFolder(_folder);
                }

                // No catalog vouches for the file of a new segment: one that is there already was left by a process that may have been killed
                // before its name was durable.
                _areNamesNew |= isMissing || _isNew;

                _file = _disk.Open(FilePath, DiskFileMode.OpenOrCreate);
            }

            return _file;
        }
    }

    /// <summary>
    /// The open file, which must be there: a reader never creates what it cannot find. The caller holds a lease.
    /// </summary>
    /// <exception cref="DiskException">The file is missing.</exception>
    public IDiskFile OpenExisting()
    {
        lock (_fileLock)
        {
            return _file ??= _disk.Open(FilePath, DiskFileMode.Existing);
        }
    }

    /// <summary>Notes that a file of the segment was created and its name is not durable yet.</summary>
    public void MarkNamesNew(bool areNew) => _areNamesNew |= areNew;

    /// <summary>Syncs the file, and its name if that is new, so that bytes written to it directly may be acknowledged.</summary>
    public void SyncDirect()
    {
        OpenFile().Sync();
        SyncNames();
    }

    /// <summary>Makes the names of new files durable, and that of their folder with them.</summary>
    public void SyncNames()
    {
        if (_areNamesNew)
        {
            _disk.SyncFolder(_folder);
            _disk.SyncFolder(_folder[.._folder.LastIndexOf('/')]);
            _areNamesNew = false;
        }
    }

    /// <summary>Keeps the segment's files as they are until <see cref="Release"/>; false when the segment was dropped already.</summary>
    public bool TryAcquire()
    {
        int leases = Volatile.Read(ref _leases);
        while (leases > 0)
        {
            int seen = Interlocked.CompareExchange(ref _leases, leases + 1, leases);
            if (seen == leases)
            {
                return true;
            }

            leases = seen;
        }

        return false;
    }

    /// <summary>Ends a lease; the file is closed with the last one.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    // Not verified: what is wrong here seals a segment early or late. Whoever reads the batch is told that it is damaged.
    private SegmentBeginning ReadBeginning(TimeProvider time)
    {
        try
        {
            Span<byte> timestamp = stackalloc byte[sizeof(long)];
            if (OpenExisting().Read(timestamp, RecordBatchLayout.MaxTimestamp) == timestamp.Length)
            {
                return SegmentBeginning.Of(BinaryPrimitives.ReadInt64BigEndian(timestamp), time);
            }
        }
        catch (DiskException)
        {
            // Appends go on; the clock will do.
        }

        return SegmentBeginning.ByClock(time);
    }

    /// <summary>Ends the owner's lease: no new reader gets in, and the file is closed when the last one is done.</summary>
    public void Dispose()
    {
        _isDropped = true;
        Release();
    }
}
