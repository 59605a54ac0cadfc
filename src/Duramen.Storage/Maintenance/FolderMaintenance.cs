using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Storage.Compaction;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Retention;
using Duramen.Storage.Scrubbing;

namespace Duramen.Storage.Maintenance;

/// <summary>
/// What a folder does for its logs unasked: retention, forgetting silent producers and compaction every <see cref="StorageOptions.MaintenanceInterval"/> on one thread, scrubbing
/// at its own slow speed on another. A log whose upkeep fails is said and left alone for a while; others go on. Only a failed sync or a
/// broken invariant stops the folder, because nothing may be trusted after either.
/// </summary>
internal sealed class FolderMaintenance : IDisposable
{
    // A failed compaction has read gigabytes perhaps, and what made it fail is seldom gone after half a minute.
    private static readonly TimeSpan FailedLogPause = TimeSpan.FromHours(1);

    // Damage to stored bits is a matter of months. A folder that is small enough for more is read once a day.
    private static readonly TimeSpan ScrubPassInterval = TimeSpan.FromDays(1);

    private readonly FolderContext _context;
    private readonly FolderCatalog _catalog;
    private readonly Checkpointer _checkpointer;
    private readonly Journal _journal;
    private readonly Scrubber _scrubber;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _compacting = new(1, 1);
    private readonly Dictionary<LogId, long> _failedAt = [];
    private readonly List<Thread> _threads = [];

    public FolderMaintenance(FolderContext context, FolderCatalog catalog, Checkpointer checkpointer, Journal journal)
    {
        _context = context;
        _catalog = catalog;
        _checkpointer = checkpointer;
        _journal = journal;
        _scrubber = new Scrubber(context, catalog);
    }

    /// <summary>What scrubbing found since the folder was opened.</summary>
    public IReadOnlyList<ScrubDefect> Defects => _scrubber.Defects;

    private TimeProvider Time => _context.Options.Time;

    public void Start()
    {
        TimeSpan interval = _context.Options.MaintenanceInterval;
        if (interval <= TimeSpan.Zero)
        {
            return;
        }

        StartThread("duramen-maintenance", () =>
        {
            Pause(interval);
            RunEvery(interval, RunOnce);
        });
        if (_context.Options.ScrubBytesPerSecond > 0)
        {
            // The first pass begins after one interval, so that a folder that is opened for a moment is not read as a whole.
            StartThread("duramen-scrub", () =>
            {
                Pause(interval);
                RunEvery(ScrubPassInterval, () => Guard("scrubbing", () => _scrubber.Run(_context.Options.ScrubBytesPerSecond, _stopping.Token)));
            });
        }
    }

    /// <summary>Looks once after every log.</summary>
    public void RunOnce()
    {
        foreach (DiskLog log in _catalog.Logs)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            if (_failedAt.TryGetValue(log.Id, out long failedAt) && Time.GetElapsedTime(failedAt) < FailedLogPause)
            {
                continue;
            }

            _failedAt.Remove(log.Id);
            if (!Guard($"upkeep of log '{log.Name}'", () => Maintain(log)))
            {
                _failedAt[log.Id] = Time.GetTimestamp();
            }
        }
    }

    /// <summary>As <see cref="DataFolder.CompactAsync"/>.</summary>
    public async Task<CompactionResult> CompactAsync(DiskLog log, bool force, CancellationToken cancellationToken)
    {
        if ((log.Options.Cleanup & CleanupPolicy.Compact) == 0)
        {
            throw new StorageException(
                LogErrors.InvalidOption,
                $"Log '{log.Name}' is not to be compacted: its cleanup policy does not include it.",
                "'log alter --cleanup compact' changes that, if only the last record of each key is to stay.");
        }

        log.ThrowIfGone();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token, log.Leaving.Token);
        try
        {
            await _compacting.WaitAsync(ending.Token).ConfigureAwait(false);
            try
            {
                // A thread of its own: compaction reads and writes for minutes and must not hold one of the pool.
                return await Task.Factory.StartNew(
                    () => Compact(log, force, ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                    .ConfigureAwait(false);
            }
            finally
            {
                _compacting.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw LogRefusals.Closed(log);
        }
    }

    /// <summary>Reads every sealed segment once, as fast as it goes.</summary>
    public Task<ScrubResult> ScrubAsync(CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            return _scrubber.Run(long.MaxValue, ending.Token);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Ends what is under way and begins nothing new; called before the journal closes.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _threads.ForEach(thread => thread.Join());

        // A compaction that somebody asked for may still be taking its unfinished files away.
        _compacting.Wait();
        _compacting.Release();
    }

    private void Maintain(DiskLog log)
    {
        long nowMs = Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (LogRetention.ApplyAsync(log, nowMs, _stopping.Token).AsTask().GetAwaiter().GetResult() is Offset start)
        {
            _context.Upkeep?.Invoke($"Log '{log.Name}' begins at offset {start} now: what was before is past its retention.");
        }

        if (_context.Options.ProducerExpiration > TimeSpan.Zero)
        {
            long silentSinceMs = nowMs - (long)_context.Options.ProducerExpiration.TotalMilliseconds;
            log.ForgetProducersAsync(silentSinceMs, _stopping.Token).AsTask().GetAwaiter().GetResult();
        }

        LogOptions options = log.Options;
        if ((options.Cleanup & CleanupPolicy.Compact) == 0)
        {
            return;
        }

        if (log.HasOverdueEnd())
        {
            // Kafka seals it with the next append, for which a key that nobody writes again may wait for ever.
            log.RollAsync().AsTask().GetAwaiter().GetResult();
        }

        if (CompactionPlan.Make(log, nowMs).IsDue(options, nowMs))
        {
            CompactionResult result = CompactAsync(log, force: false, _stopping.Token).GetAwaiter().GetResult();
            _context.Upkeep?.Invoke(FormattableString.Invariant(
                $"Log '{log.Name}' was compacted to offset {result.CompactedTo}: {result.BytesBefore} bytes became {result.BytesAfter}."));
        }
    }

    private CompactionResult Compact(DiskLog log, bool force, CancellationToken cancellation)
    {
        log.FolderGate.Wait(cancellation);
        try
        {
            log.ThrowIfGone();
            using var compaction = new LogCompaction(_context, log, () => _checkpointer.Checkpoint(isClean: false), cancellation);
            return compaction.Run(force);
        }
        catch (DiskException exception) when (exception.Code == DiskErrors.Full)
        {
            throw new StorageException(
                LogErrors.Full,
                $"Log '{log.Name}' could not be compacted, because its new segments have no room: {exception.Message}",
                "Make room, as much as one segment; the log is as it was, and compaction may be tried again.",
                exception);
        }
        catch (DiskException exception) when (exception.Code == DiskErrors.SyncFailed)
        {
            _journal.Break(exception);
            throw;
        }
        finally
        {
            log.FolderGate.Release();
        }
    }

    // Runs a piece of upkeep; false when it failed in a way that concerns nobody else.
    private bool Guard(string what, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (DuramenException exception) when (exception.Code == LogErrors.Closed)
        {
            // Deleted meanwhile, or the folder is being closed.
            return true;
        }
        catch (DuramenException exception) when (exception.Code != DiskErrors.SyncFailed && exception.Code != Invariant.Broken)
        {
            _context.Notice?.Invoke($"Warning: {what} failed: {exception.Message}");
            return false;
        }
        catch (Exception exception)
        {
            _journal.Break(exception);
            return false;
        }
    }

    private void RunEvery(TimeSpan interval, Action work)
    {
        while (true)
        {
            long began = Time.GetTimestamp();
            work();
            Pause(interval - Time.GetElapsedTime(began));
        }
    }

    private void Pause(TimeSpan time)
    {
        _stopping.Token.ThrowIfCancellationRequested();
        if (time > TimeSpan.Zero)
        {
            Task.Delay(time, Time, _stopping.Token).GetAwaiter().GetResult();
        }
    }

    private void StartThread(string name, Action run)
    {
        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
            catch (OperationCanceledException)
            {
                // The folder is being closed.
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        _threads.Add(thread);
        thread.Start();
    }
}
