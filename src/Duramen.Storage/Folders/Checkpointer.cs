using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Folders;

/// <summary>
/// Applies the journal to the segments behind the committer's back: flushes what is in memory, writes a catalog that no longer needs the
/// older part of the journal, gives that part back, and deletes what no catalog refers to. Works when enough is waiting, when the committer waits,
/// and when nothing else happens.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    // Beside the share of the journal that triggers a checkpoint, also the direct bytes that a restart would have to read again.
    private const long DirectBytesBetween = 256 << 20;

    // What the segments may hold in memory before it is written to their files, without a sync, to free the memory.
    private const long MemoryBytesMax = 32 << 20;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FullRetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly FolderContext _context;
    private readonly FolderCatalog _catalog;
    private readonly JournalFiles _files;
    private readonly Journal _journal;
    private readonly AutoResetEvent _wanted = new(false);
    private readonly ManualResetEventSlim _freed = new(false);
    private readonly Lock _working = new();
    private readonly Thread _thread;

    // The garbage that the last catalog lists, which is durable and refers to none of it. Guarded by the lock above.
    private Queue<string> _unreferenced = new();
    private volatile bool _isStopping;
    private volatile bool _isAsked;
    private volatile bool _isDiskFull;
    private long _directBytesSaved;
    private long _inlineBytesWritten;

    public Checkpointer(FolderContext context, FolderCatalog catalog, JournalFiles files, Journal journal)
    {
        _context = context;
        _catalog = catalog;
        _files = files;
        _journal = journal;
        _thread = new Thread(Run) { IsBackground = true, Name = "duramen-checkpoint" };
    }

    public void Start() => _thread.Start();

    /// <summary>Has the thread look for work now; called by the committer each time a good deal was written.</summary>
    public void Wake() => _wanted.Set();

    /// <summary>
    /// Waits until a checkpoint has given journal files back; called by the committer when it has none left. False when the disk is too full
    /// for a checkpoint, so that appends must be refused until there is room, and when checkpoints have come to an end.
    /// </summary>
    public bool WaitForFreeFile()
    {
        _freed.Reset();
        _isAsked = true;
        _wanted.Set();
        while (!_freed.Wait(LookInterval))
        {
            if (_journal.Broken is Exception cause)
            {
                // Whoever could have freed a file has ended.
                throw Journal.FailedBy(cause);
            }

            if (_isDiskFull || _isStopping)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes one checkpoint now.</summary>
    /// <param name="isClean">Whether this is the last one before the folder is closed, with no operation under way.</param>
    public void Checkpoint(bool isClean)
    {
        lock (_working)
        {
            if (_journal.Broken is Exception cause)
            {
                throw Journal.FailedBy(cause);
            }

            Catalog catalog;
            List<DiskLog> logs;
            List<SegmentFlush.FlushTarget> targets;
            lock (_journal.ApplyLock)
            {
                logs = _context.TakeDirty();
                targets = SegmentFlush.Prepare(logs);
                catalog = _catalog.Capture(_journal.Next, isClean, logs);
                _directBytesSaved = _journal.DirectBytes;
                _inlineBytesWritten = _journal.InlineBytes;
            }

            try
            {
                SegmentFlush.Run(targets, sync: true);
                _journal.SyncMark();
                catalog.Save(_context.Disk, _context.Path);
            }
            catch (Exception exception)
            {
                // What was not flushed now is to be flushed the next time.
                lock (_journal.ApplyLock)
                {
                    logs.ForEach(_context.MarkDirty);
                }

                if (!IsFull(exception))
                {
                    // Whoever asked for this checkpoint: a sync that failed is not tried again.
                    _journal.Break(exception);
                }

                throw;
            }
            finally
            {
                SegmentFlush.Release(targets);
            }

            RunPool.Trim();
            _files.Free(catalog.Journal.Sequence);
            _freed.Set();
            _unreferenced = new Queue<string>(catalog.Garbage);
            DeleteGarbage();
        }
    }

    // Moves what is in memory to the page cache; what makes it durable is the journal, until the next checkpoint syncs it.
    private void WriteBehind()
    {
        lock (_working)
        {
            List<SegmentFlush.FlushTarget> targets;
            lock (_journal.ApplyLock)
            {
                targets = SegmentFlush.Prepare([.. _context.DirtyLogs]);
                _inlineBytesWritten = _journal.InlineBytes;
            }

            try
            {
                SegmentFlush.Run(targets, sync: false);
            }
            finally
            {
                SegmentFlush.Release(targets);
            }
        }
    }

    public void Dispose()
    {
        _isStopping = true;
        _wanted.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wanted.Dispose();
        _freed.Dispose();
    }

    private void Run()
    {
        long lastSequence = 0;
        long idleSince = Environment.TickCount64;
        while (!_isStopping)
        {
            _wanted.WaitOne(LookInterval);
            bool isAsked = _isAsked;
            _isAsked = false;
            try
            {
                long sequence;
                int file;
                bool isDirty;
                lock (_journal.ApplyLock)
                {
                    sequence = _journal.Next.Sequence;
                    file = _journal.Next.File;
                    isDirty = _context.DirtyLogs.Count > 0;
                }

                PrepareSpare(file);
                if (sequence != lastSequence)
                {
                    lastSequence = sequence;
                    idleSince = Environment.TickCount64;
                }
                else
                {
                    _journal.SyncMark();
                }

                DeleteRest();
                bool isIdle = isDirty && Environment.TickCount64 - idleSince > IdleInterval.TotalMilliseconds;
                if (!_isStopping && (isAsked || isIdle || IsMuchJournaled))
                {
                    Checkpoint(isClean: false);
                }
                else if (!_isStopping && IsMuchInMemory)
                {
                    WriteBehind();
                }

                _isDiskFull = false;
            }
            catch (DiskException exception) when (IsFull(exception))
            {
                // Nothing is lost: the journal has it all. The committer refuses appends once it has no room left.
                _isDiskFull = true;
                _isAsked = true;
                Thread.Sleep(FullRetryInterval);
                _wanted.Set();
            }
            catch (Exception exception)
            {
                _journal.Break(exception);
                return;
            }
        }
    }

    private bool IsMuchJournaled => _files.FilesInUse * 4 > _files.FilesMax * 3 || _journal.DirectBytes - _directBytesSaved > DirectBytesBetween;

    private bool IsMuchInMemory => _journal.InlineBytes - _inlineBytesWritten > MemoryBytesMax;

    private bool HasToWork => _isAsked || IsMuchJournaled || IsMuchInMemory;

    private static bool IsFull(Exception exception) => exception is DiskException disk && disk.Code == DiskErrors.Full;

    // A spare is a comfort: a disk without room for one may have room for a checkpoint, which gives files back and deletes garbage.
    private void PrepareSpare(int current)
    {
        try
        {
            _files.PrepareSpare(current);
        }
        catch (DiskException exception) when (IsFull(exception))
        {
            return;
        }
    }

    // What was read, or had to wait, when the checkpoint deleted the others. It comes before the next one, which may need its room.
    private void DeleteRest()
    {
        lock (_working)
        {
            if (_journal.Broken is null)
            {
                DeleteGarbage();
            }
        }
    }

    // Deletes what nobody reads. After each file it looks whether something cannot wait: a gigabyte takes 0.4 s, and the committer may have no room left.
    private void DeleteGarbage()
    {
        var deleted = new List<string>();
        for (int left = _unreferenced.Count; left > 0 && (deleted.Count == 0 || !HasToWork); left--)
        {
            string relative = _unreferenced.Peek();
            bool isRead;
            lock (_journal.ApplyLock)
            {
                isRead = _context.IsRead(relative);
            }

            if (isRead)
            {
                _unreferenced.Enqueue(_unreferenced.Dequeue());
            }
            else if (TryDelete($"{_context.Path}/{relative}"))
            {
                deleted.Add(_unreferenced.Dequeue());
            }
            else
            {
                break;
            }
        }

        Forget(deleted);
    }

    // False when something could not wait and the folder of a log is not empty yet.
    private bool TryDelete(string path)
    {
        if (!_context.Disk.FolderExists(path))
        {
            _context.Disk.DeleteGradually(path, _context.Options.DeletedPieceBytes);
            return true;
        }

        foreach (string name in _context.Disk.ListFiles(path))
        {
            _context.Disk.DeleteGradually($"{path}/{name}", _context.Options.DeletedPieceBytes);
            if (HasToWork)
            {
                return false;
            }
        }

        _context.Disk.DeleteFolder(path);
        return true;
    }

    // What the next catalog does not list must not come back with a power cut: nothing would ever delete it.
    private void Forget(List<string> deleted)
    {
        foreach (string folder in deleted.Select(relative => $"{_context.Path}/{relative[..relative.LastIndexOf('/')]}").Distinct())
        {
            if (_context.Disk.FolderExists(folder))
            {
                _context.Disk.SyncFolder(folder);
            }
        }

        lock (_journal.ApplyLock)
        {
            deleted.ForEach(_context.RemoveGarbage);
        }
    }
}
