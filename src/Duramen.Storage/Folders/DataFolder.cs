using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Compaction;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Maintenance;
using Duramen.Storage.Operations;
using Duramen.Storage.Recovery;
using Duramen.Storage.Scrubbing;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Folders;

/// <summary>
/// A folder of logs on disk, open in this process and in no other: the logs, the journal they share, and the threads that keep both in order.
/// </summary>
public sealed partial class DataFolder : IAsyncDisposable
{
    private readonly FolderContext _context;
    private readonly IDisposable _lock;
    private readonly FolderCatalog _catalog;
    private readonly JournalFiles _files;
    private readonly SyncedMark _mark;
    private readonly Journal _journal;
    private readonly Checkpointer _checkpointer;
    private readonly FolderIdentity _identity;
    private readonly FolderMaintenance _maintenance;
    private int _closed;

    private DataFolder(FolderContext context, IDisposable folderLock, FolderIdentity identity, FolderRecovery recovery, JournalFiles files)
    {
        _context = context;
        _lock = folderLock;
        _identity = identity;
        _files = files;
        _catalog = recovery.Logs;
        _mark = new SyncedMark(context.Disk, context.JournalPath, identity.FolderId, recovery.Next.Sequence - 1, recovery.Next.PreviousChecksum);
        int groupBytes = (int)Math.Min(context.Options.GroupBufferBytes, files.SmallestBytes);
        _journal = new Journal(files, _mark, identity.FolderId, recovery.Next, groupBytes);
        _checkpointer = new Checkpointer(context, _catalog, files, _journal);
        _journal.WaitForFreeFile = _checkpointer.WaitForFreeFile;
        _journal.OnMuchWritten = _checkpointer.Wake;
        _journal.OnBroken = cause => EndLogs(Journal.FailedBy(cause));
        context.Journal = _journal;
        _maintenance = new FolderMaintenance(context, _catalog, _checkpointer, _journal);
    }

    /// <summary>The folder's path.</summary>
    public string Path => _context.Path;

    /// <summary>
    /// The folder for what is made of the logs and can be made again, such as tables. It need not exist, nothing in it is looked at here, and it may be deleted
    /// while the data folder is closed.
    /// </summary>
    public string DerivedPath => $"{Path}/{FolderLayout.DerivedFolder}";

    /// <summary>The cluster that the folder belongs to.</summary>
    public Guid ClusterId => _identity.ClusterId;

    /// <summary>The logs, in the order of their names.</summary>
    public IReadOnlyList<DiskLog> Logs => _catalog.Logs;

    /// <summary>What the journal has done since the folder was opened.</summary>
    public JournalStatistics Statistics => new(_journal.GroupsSynced, _journal.OperationsSynced, _journal.DirectBytes);

    /// <summary>What scrubbing found wrong since the folder was opened, oldest first.</summary>
    public IReadOnlyList<ScrubDefect> ScrubDefects => _maintenance.Defects;

    internal FolderContext Context => _context;

    internal FolderMaintenance Maintenance => _maintenance;

    /// <summary>
    /// Opens a data folder: takes its lock, recovers what a crash left, and starts its threads. Makes the folder when it is missing or empty and
    /// <see cref="StorageOptions.CreateIfMissing"/> allows.
    /// </summary>
    /// <exception cref="StorageException">One of <see cref="StorageErrors"/>; nothing was changed.</exception>
    /// <exception cref="DiskException">The disk failed.</exception>
    public static ValueTask<DataFolder> OpenAsync(IDisk disk, string path, StorageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new StorageOptions();
        var context = new FolderContext(disk, path, options);
        if (!options.CreateIfMissing && !FolderCreation.IsDataFolder(disk, path))
        {
            throw FolderCreation.NotAFolder(path);
        }

        options.Validate();
        FolderCreation.RefuseForeign(disk, path);
        disk.CreateFolder(path);
        IDisposable folderLock = disk.TryLock($"{path}/{FolderLayout.LockFile}")
            ?? throw new StorageException(StorageErrors.Locked, $"{path} is in use by another process.", "Stop that process, or use it instead.");
        JournalFiles? files = null;
        DataFolder? folder = null;
        try
        {
            FolderIdentity identity = FolderIdentity.TryLoad(disk, path) ?? FolderCreation.Create(context);

            // A process that was killed may have left names that are seen and not durable yet; everything below counts on them.
            disk.SyncFolder(path);
            disk.SyncFolder(context.JournalPath);
            var defects = new List<string>();
            Catalog catalog = Catalog.TryLoad(disk, path, defects)
                ?? throw new StorageException(
                    StorageErrors.CatalogCorrupt, $"{path} has no catalog.", "Restore catalog.a or catalog.b together with the folder 'journal' from a backup.");
            defects.ForEach(defect => options.Notice?.Invoke($"Warning: {defect}; it is repaired from the other copy."));
            if (catalog.FolderId != identity.FolderId)
            {
                throw new StorageException(
                    StorageErrors.CatalogCorrupt, $"The catalog in {path} belongs to another data folder, {catalog.FolderId}.", "Restore this folder's own catalog.");
            }

            files = new JournalFiles(disk, context.JournalPath, options.JournalFileSizeBytes, options.JournalFilesMax);
            using var recovery = new FolderRecovery(context, catalog, files);
            recovery.Run();
            if (files.Count == 0)
            {
                files.PrepareSpare(-1);
            }

            folder = new DataFolder(context, folderLock, identity, recovery, files);
            if (recovery.HasChanged || defects.Count > 0 || catalog.IsClean || catalog.IsOfOlderVersion)
            {
                // The catalog of a clean stop must not outlive its word: from here on a journal that is missing is a loss.
                folder.CheckpointIfThereIsRoom(isClean: false);
            }

            folder._journal.SyncMark();
            disk.SyncFolder(context.JournalPath);
            folder._checkpointer.Start();
            folder._maintenance.Start();
            return ValueTask.FromResult(folder);
        }
        catch
        {
            if (folder is not null)
            {
                folder.Abandon();
            }
            else
            {
                files?.Dispose();
                folderLock.Dispose();
            }

            throw;
        }
    }

    /// <summary>The log with a name; null when there is none.</summary>
    public DiskLog? FindLog(string name) => _catalog.Find(name);

    /// <summary>Makes a new, empty log; durable when it returns.</summary>
    /// <param name="name">Any text of 1 to 4096 UTF-8 bytes.</param>
    /// <param name="options">How it is to keep its records.</param>
    /// <exception cref="StorageException"><see cref="LogErrors.Exists"/>, <see cref="LogErrors.InvalidOption"/>.</exception>
    public async ValueTask<DiskLog> CreateLogAsync(string name, LogOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        int nameBytes = Encoding.UTF8.GetByteCount(name);
        if (nameBytes is 0 or > StorageLimits.NameMaxBytes)
        {
            throw new StorageException(
                LogErrors.InvalidOption, $"A log's name has 1 to {StorageLimits.NameMaxBytes} UTF-8 bytes; this one has {nameBytes}.", "Choose another name.");
        }

        options ??= new LogOptions();
        LogOptionLimits.Check(options);
        var record = new LogRecord
        {
            Id = new LogId(Guid.NewGuid()),
            Name = name,
            Options = options,
            Segments = [new SegmentState(new SegmentId(Offset.Zero, 0))],
        };
        var operation = new CreateLog(_context, _catalog, record);
        _journal.Submit(operation);
        await operation.Completion.ConfigureAwait(false);
        return operation.Created!;
    }

    /// <summary>Deletes a log with everything in it; durable when it returns. Does nothing when no log has the name.</summary>
    public ValueTask DeleteLogAsync(string name) => _catalog.Find(name) is DiskLog log ? DeleteAsync(log) : ValueTask.CompletedTask;

    /// <summary>
    /// Compacts a log: of all records with one key only the last stays, and offsets do not change. Runs beside appends and reads. One
    /// compaction runs at a time; the folder also does it by itself when <see cref="LogOptions.MinCleanableRatio"/> of a log is worth it.
    /// </summary>
    /// <param name="log">A log of this folder whose policy includes <see cref="CleanupPolicy.Compact"/>.</param>
    /// <param name="force">Seals the last segment first, and compacts however little there is to gain.</param>
    /// <param name="cancellationToken">Ends it between two steps; what is done stays done and the rest stays as it was.</param>
    /// <exception cref="StorageException">
    /// <see cref="LogErrors.Corrupt"/>: a segment is damaged; the message names the file and position, and the segment was left as it is.
    /// <see cref="LogErrors.Full"/>: no room for the new segments. <see cref="LogErrors.InvalidOption"/>: the log's policy does not allow it.
    /// </exception>
    public Task<CompactionResult> CompactAsync(DiskLog log, bool force = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        return _maintenance.CompactAsync(log, force, cancellationToken);
    }

    /// <summary>
    /// Reads every sealed segment once, as fast as it goes, and says what is wrong; the same as the folder does slowly in the background.
    /// </summary>
    public Task<ScrubResult> ScrubAsync(CancellationToken cancellationToken = default) => _maintenance.ScrubAsync(cancellationToken);

    /// <summary>Brings all segments up to the journal, so that opening the folder has nothing to replay.</summary>
    public void Checkpoint() => _checkpointer.Checkpoint(isClean: false);

    /// <summary>Waits for what is under way, brings the segments up to the journal, and lets go of the folder.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return ValueTask.CompletedTask;
        }

        Stop();
        try
        {
            if (_journal.Broken is null)
            {
                CheckpointIfThereIsRoom(isClean: true);
            }
        }
        finally
        {
            Release();
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask DeleteAsync(DiskLog log)
    {
        // A compaction of the log would go on creating files in the folder that is to be deleted.
        CancellationTokenSource leaving = log.Leaving;
        await leaving.CancelAsync().ConfigureAwait(false);
        await log.FolderGate.WaitAsync().ConfigureAwait(false);
        try
        {
            var operation = new DeleteLog(_catalog, log);
            _journal.Submit(operation);
            await operation.Completion.ConfigureAwait(false);
        }
        catch
        {
            log.Leaving = new CancellationTokenSource();
            throw;
        }
        finally
        {
            log.FolderGate.Release();
        }
    }

    // On a full disk everything stays in the journal, from where the next opening has it: no reason to refuse reading, or to call a stop failed.
    private void CheckpointIfThereIsRoom(bool isClean)
    {
        try
        {
            _checkpointer.Checkpoint(isClean);
        }
        catch (DiskException exception) when (exception.Code == DiskErrors.Full)
        {
            _context.Notice?.Invoke($"Warning: the disk is full, so that what is journaled stays in the journal: {exception.Message}");
        }
    }

    /// <summary>Stops the threads and lets go of everything without writing, as a crash would.</summary>
    internal void Abandon()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            Stop();
            Release();
        }
    }

    private void Stop()
    {
        _maintenance.Dispose();
        _journal.Close();
        _checkpointer.Dispose();
    }

    private void Release()
    {
        EndLogs(new StorageException(LogErrors.Closed, $"The data folder {Path} is closed.", "Open it again."));
        _journal.Dispose();
        foreach (DiskLog log in _catalog.Logs)
        {
            log.CloseFiles();
        }

        _mark.Dispose();
        _files.Dispose();
        _lock.Dispose();
    }

    private void EndLogs(LogException reason)
    {
        foreach (DiskLog log in _catalog.Logs)
        {
            log.End(reason);
        }
    }
}
