using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Log;

namespace Duramen.Storage.Journaling;

/// <summary>
/// The one sequential journal of a data folder. Operations of all its logs are written in groups, one write and one sync each: whatever is
/// submitted while a group is being synced makes the next one.
/// <para>
/// One thread at a time is the committer. When nothing is going on and the last groups were small, the submitting thread is it and carries its own
/// operation, because handing over to another thread and back costs as much as the sync; otherwise a thread of the journal's own is.
/// </para>
/// <para>
/// The first failure of a write or sync breaks the journal for good: nothing is acknowledged after it, and every later operation fails with
/// the first cause.
/// </para>
/// </summary>
internal sealed class Journal : IDisposable
{
    // The submitter commits by itself only while groups are this small: with more writers about, a thread that already runs gathers more.
    private const int LeadGroupMaxOperations = 1;

    // An eighth of the memory that segments may hold unwritten; waking the checkpointer costs some microseconds.
    private const long BytesBetweenTelling = 4 << 20;

    private readonly JournalFiles _files;
    private readonly SyncedMark _mark;
    private readonly Guid _folderId;
    private readonly GroupBuilder _group;
    private readonly Lock _queueLock = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread _thread;

    // Guarded by _queueLock.
    private List<JournalOperation> _incoming = [];
    private bool _isCommitting;
    private bool _isClosed;
    private Exception? _broken;

    // Owned by the committer.
    private readonly Queue<JournalOperation> _backlog = new();
    private readonly List<JournalOperation> _prepared = [];
    private readonly CompletionBatchPool _completions = new();
    private List<JournalOperation> _taken = [];
    private JournalPosition _next;
    private JournalPosition _afterGroup;
    private int _lastGroupOperations;
    private long _bytesSinceTold;

    public Journal(JournalFiles files, SyncedMark mark, Guid folderId, JournalPosition next, int groupBytes)
    {
        _files = files;
        _mark = mark;
        _folderId = folderId;
        _next = next;
        _group = new GroupBuilder(groupBytes);
        _thread = new Thread(RunCommitter) { IsBackground = true, Name = "duramen-journal" };
        _thread.Start();
    }

    /// <summary>Held while a group is applied; whoever holds it sees every log at one and the same journal position.</summary>
    public Lock ApplyLock { get; } = new();

    /// <summary>Where the next group goes. Read under <see cref="ApplyLock"/>.</summary>
    public JournalPosition Next => _next;

    /// <summary>Groups synced since the journal was opened.</summary>
    public long GroupsSynced { get; private set; }

    /// <summary>Operations made durable since the journal was opened.</summary>
    public long OperationsSynced { get; private set; }

    /// <summary>Bytes that went to segments directly since the journal was opened.</summary>
    public long DirectBytes { get; private set; }

    /// <summary>Bytes that went to the journal, entries and headers included, since it was opened.</summary>
    public long InlineBytes { get; private set; }

    /// <summary>Waits until files are free again; false while the disk is too full for that. Set by the owner before the first operation.</summary>
    public Func<bool> WaitForFreeFile { get; set; } = () => false;

    /// <summary>Told each time that so much was written that a checkpoint may be due.</summary>
    public Action OnMuchWritten { get; set; } = () => { };

    /// <summary>Told of the first failure.</summary>
    public Action<Exception> OnBroken { get; set; } = _ => { };

    /// <summary>The first failure, if there was one.</summary>
    public Exception? Broken
    {
        get
        {
            lock (_queueLock)
            {
                return _broken;
            }
        }
    }

    /// <summary>Queues an operation; it is completed or failed later, perhaps before this returns.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="mayLead">Whether this thread may commit it by itself, which takes as long as a sync.</param>
    public void Submit(JournalOperation operation, bool mayLead = true)
    {
        bool lead = false;
        Exception? refused = null;
        lock (_queueLock)
        {
            if (_broken is not null || _isClosed)
            {
                refused = _broken is not null ? FailedBy(_broken) : Closed();
            }
            else
            {
                _incoming.Add(operation);
                if (!_isCommitting)
                {
                    _isCommitting = true;
                    lead = mayLead && _lastGroupOperations <= LeadGroupMaxOperations;
                    if (!lead)
                    {
                        _work.Release();
                    }
                }
            }
        }

        if (refused is not null)
        {
            operation.Fail(refused);
        }
        else if (lead)
        {
            Lead();
        }
    }

    /// <summary>Breaks the journal from outside: a segment could not be synced, say.</summary>
    public void Break(Exception cause)
    {
        List<JournalOperation> refused;
        lock (_queueLock)
        {
            if (_broken is not null)
            {
                return;
            }

            _broken = cause;
            refused = _incoming;
            _incoming = [];
        }

        OnBroken(cause);
        foreach (JournalOperation operation in refused)
        {
            operation.Fail(FailedBy(cause));
        }
    }

    /// <summary>Refuses further operations and waits for those under way.</summary>
    public void Close()
    {
        lock (_queueLock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            if (!_isCommitting)
            {
                _isCommitting = true;
                _work.Release();
            }
        }

        // A submitter that carries its own group now hands over to the thread, which ends once nothing is queued.
        _thread.Join();
    }

    /// <summary>Makes the mark of the last synced group durable. Called by the checkpointer.</summary>
    public void SyncMark() => _mark.Sync();

    public void Dispose()
    {
        Close();
        _group.Dispose();
        _work.Dispose();
    }

    /// <summary>The error that every operation after the first failure gets.</summary>
    public static StorageException FailedBy(Exception cause) =>
        new(
            LogErrors.Failed,
            $"The data folder stopped after a failure: {cause.Message}",
            "Nothing after it was acknowledged. Mend the cause and open the folder again; recovery keeps everything that was acknowledged.",
            cause);

    private static StorageException Closed() => new(LogErrors.Closed, "The data folder is closed.");

    private static StorageException Full(Exception? cause) =>
        new(
            LogErrors.Full,
            "There is no room on the disk for the journal to go on.",
            "Make room; appends work again by themselves, and reads go on meanwhile.",
            cause);

    private void Lead()
    {
        TryCommitGroup(isLeader: true);
        lock (_queueLock)
        {
            if (_incoming.Count > 0 || _backlog.Count > 0 || _isClosed)
            {
                _work.Release();
            }
            else
            {
                _isCommitting = false;
            }
        }
    }

    private void RunCommitter()
    {
        while (true)
        {
            _work.Wait();
            while (TryCommitGroup(isLeader: false))
            {
            }

            lock (_queueLock)
            {
                if (_incoming.Count > 0 || _backlog.Count > 0)
                {
                    _work.Release();
                    continue;
                }

                _isCommitting = false;
                if (_isClosed)
                {
                    return;
                }
            }
        }
    }

    // Commits one group of whatever is queued; false when nothing was.
    private bool TryCommitGroup(bool isLeader)
    {
        TakeIncoming();
        if (_backlog.Count == 0)
        {
            return false;
        }

        try
        {
            if (Broken is Exception broken)
            {
                FailBacklog(FailedBy(broken));
                return true;
            }

            if (!HasFileRoom())
            {
                FailBacklog(Broken is Exception cause ? FailedBy(cause) : Full(null));
                return true;
            }

            PrepareGroup();
            if (!_group.IsEmpty)
            {
                WriteGroup();
            }

            ApplyGroup();
        }
        catch (Exception exception)
        {
            // Whatever it was, the operations of this group are in an unknown state: only recovery can tell.
            BreakGroup(exception);
            return true;
        }

        if (_prepared.Count == 1 && isLeader)
        {
            // The leader's own operation: nobody can be waiting for it yet.
            _prepared[0].Complete();
        }
        else if (_prepared.Count > 0)
        {
            _completions.Rent().Start(_prepared);
        }

        _prepared.Clear();
        return true;
    }

    private void TakeIncoming()
    {
        lock (_queueLock)
        {
            (_incoming, _taken) = (_taken, _incoming);
        }

        foreach (JournalOperation operation in _taken)
        {
            _backlog.Enqueue(operation);
        }

        _taken.Clear();
    }

    // Operations get their offsets when they are prepared, so a full disk must be noticed before.
    private bool HasFileRoom()
    {
        bool hasWaited = false;
        while (_files.SizeBytes(_next.File) - _next.FilePosition < _group.CapacityBytes)
        {
            try
            {
                if (_files.TryTakeFree(_next.File, out int number))
                {
                    _next = _next with { File = number, FilePosition = 0 };
                    return true;
                }
            }
            catch (DiskException exception) when (exception.Code == DiskErrors.Full)
            {
                // There may be no further file, but one of those there are may become free: of two or more, one checkpoint frees one.
                if (hasWaited)
                {
                    return false;
                }
            }

            if (!WaitForFreeFile())
            {
                return false;
            }

            hasWaited = true;
        }

        return true;
    }

    private void PrepareGroup()
    {
        _group.Reset();
        while (_backlog.TryPeek(out JournalOperation? operation))
        {
            Prepared prepared;
            try
            {
                prepared = operation.Prepare(_group);
            }
            catch (DuramenException exception) when (exception.Code != Invariant.Broken)
            {
                _backlog.Dequeue();
                operation.Fail(exception);
                continue;
            }

            if (prepared == Prepared.NoRoom)
            {
                Invariant.Holds(!_group.IsEmpty);
                break;
            }

            _backlog.Dequeue();
            _prepared.Add(operation);
        }
    }

    private void WriteGroup()
    {
        foreach (GroupBuilder.DirectWrite direct in _group.DirectWrites)
        {
            IDiskFile file = direct.Segment.OpenFile();
            file.Write(direct.Payload.Span, direct.Position);
            file.StartWriteback(direct.Position, direct.Payload.Length);
        }

        ReadOnlySpan<byte> bytes = _group.Seal(_folderId, _next.Sequence, _next.PreviousChecksum, out uint checksum);
        _files.File(_next.File).Write(bytes, _next.FilePosition);
        _files.Used(_next.File, _next.Sequence);

        // The segments were being written back while the journal was written and synced, so this takes little more than the longer of both.
        foreach (GroupBuilder.DirectWrite direct in _group.DirectWrites)
        {
            direct.Segment.SyncDirect();
        }

        _mark.Write(_next.Sequence, checksum);
        _afterGroup = new JournalPosition(_next.Sequence + 1, checksum, _next.File, _next.FilePosition + bytes.Length);
        GroupsSynced++;
        DirectBytes += _group.DirectBytes;
        InlineBytes += bytes.Length;
        _bytesSinceTold += bytes.Length + _group.DirectBytes;
        if (_bytesSinceTold > BytesBetweenTelling)
        {
            _bytesSinceTold = 0;
            OnMuchWritten();
        }
    }

    private void ApplyGroup()
    {
        lock (ApplyLock)
        {
            foreach (JournalOperation operation in _prepared)
            {
                operation.Apply();
            }

            if (!_group.IsEmpty)
            {
                _next = _afterGroup;
            }
        }

        OperationsSynced += _prepared.Count;
        _lastGroupOperations = _prepared.Count;
    }

    private void BreakGroup(Exception cause)
    {
        Break(cause);
        StorageException failure = FailedBy(Broken ?? cause);
        foreach (JournalOperation operation in _prepared)
        {
            operation.Fail(failure);
        }

        _prepared.Clear();
        FailBacklog(failure);
    }

    private void FailBacklog(Exception failure)
    {
        while (_backlog.TryDequeue(out JournalOperation? operation))
        {
            operation.Fail(failure);
        }
    }
}
