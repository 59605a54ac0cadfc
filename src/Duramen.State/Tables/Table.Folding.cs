using Duramen.Core.Ids;
using Duramen.Log.Timestamps;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Tables;

/// <summary>How a table follows its logs: one task for as long as it is open.</summary>
public sealed partial class Table
{
    // What others ask of the task: they set these, then nudge it.
    private TaskCompletionSource _nudge = NewSource();
    private volatile TableFault? _skipped;
    private volatile TableFault? _retried;
    private string? _stopSaid;
    private volatile bool _isRebuildAsked;

    // Ends when somebody waits for the table to get further; there while the task lets records gather.
    private TaskCompletionSource? _awaited;

    // Whether the stores are to be opened again, since one of them, and no record, stopped the table.
    private bool _isReopenAsked;

    // Whether the stores were closed and others could not be opened yet.
    private bool _isReplacing;

    // Where each log ended when the folded store was opened: from there on it is as good as the one that is read.
    private Offset[] _caughtUp = [];

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        while (!_isClosed)
        {
            try
            {
                await FollowLogsAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_isClosed)
            {
                return;
            }
            catch (Exception cause)
            {
                // Whatever it is, a projection's bug or a disk's failure: the table stops, says why, and can be read.
                await StopAsync(cause).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits, stopped, until somebody has the table go on.</summary>
    private async Task StopAsync(Exception cause)
    {
        _isReopenAsked = cause is not FoldFaultException;
        Task nudged = NextNudge();
        if (_isClosed || (!_isReplacing && (_isRebuildAsked || _folded.Damage.IsCompleted || _read.Damage.IsCompleted)))
        {
            // A damaged store is replaced without being asked: its log has everything. Where that failed, somebody has to ask.
            return;
        }

        if (_options.ForgetsTrimmed && cause is TableException { Code: var code } && code == TableErrors.Overtaken)
        {
            _options.Notice?.Invoke($"The table in {_path} is folded again. {cause.Message}");
            _isRebuildAsked = true;
            return;
        }

        TableFault fault = cause is FoldFaultException record
            ? new TableFault(_logs[record.SourceLog].Name, record.Offset, record.Next, record.InnerException!)
            : new TableFault(null, _folded.Position, _folded.Position, cause);
        if (fault.Log is null && TableRefusals.Stopped(_path, fault).Message is var stopped && stopped != _stopSaid)
        {
            // Once, however often somebody has it try again.
            _stopSaid = stopped;
            _options.Notice?.Invoke(stopped);
        }

        _fault = fault;
        ShowProgress();
        await nudged.ConfigureAwait(false);
        _fault = null;
    }

    private async Task FollowLogsAsync()
    {
        using var waits = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        using var fold = new TableFold(_projection, _logs, _folded, FoundGap);
        if (_retried is { } retried)
        {
            await _trace.WriteAsync("retry", retried, _closing.Token).ConfigureAwait(false);
            _retried = null;
        }

        if (_skipped is { } skipped)
        {
            await _trace.WriteAsync("skip", skipped, _closing.Token).ConfigureAwait(false);
            _skipped = null;
            fold.Skip(SourceOf(skipped), skipped.Next);
        }

        Task? more = null;
        Offset forgotten = Offset.Zero;
        try
        {
            while (true)
            {
                _closing.Token.ThrowIfCancellationRequested();
                Task nudged = NextNudge();
                if (_isReopenAsked || _isRebuildAsked || _folded.Damage.IsCompleted || _read.Damage.IsCompleted)
                {
                    await ReplaceStoresAsync().ConfigureAwait(false);
                    _isReopenAsked = false;
                    return;
                }

                bool isAnything = await fold.FoldAsync(new Offset(long.MaxValue), _closing.Token).ConfigureAwait(false);
                if (_options.HistoryOffsets is long history && _folded.Position.Value > history)
                {
                    _folded.MoveHorizon(new Offset(_folded.Position.Value - history));
                }

                if (_options.ForgetsTrimmed && _logs[0].Watermarks.Start is var start && start > forgotten && start <= _folded.Position)
                {
                    _folded.Forget(start);
                    forgotten = start;
                }

                _point = new TablePoint(_folded.Position, _folded.Digest);
                await ReadFoldedWhenCaughtUpAsync(fold).ConfigureAwait(false);
                ShowProgress();
                if (!isAnything)
                {
                    more = more is { IsCompleted: false } ? more : fold.WaitForMoreAsync(waits.Token);
                    Task first = await Task.WhenAny(more, nudged, _folded.Damage, _read.Damage).ConfigureAwait(false);
                    if (first == more)
                    {
                        await more.ConfigureAwait(false);
                        await GatherAsync(nudged).ConfigureAwait(false);
                    }
                }
            }
        }
        finally
        {
            await waits.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets records gather, until somebody waits for them.</summary>
    private async ValueTask GatherAsync(Task nudged)
    {
        if (_options.GathersFor == TimeSpan.Zero)
        {
            return;
        }

        TaskCompletionSource awaited = NewSource();
        Volatile.Write(ref _awaited, awaited);

        // Who began to wait before that line is seen here, and who begins after it sees the source.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _progress) is null)
        {
            await Task.WhenAny(awaited.Task, nudged, Task.Delay(_options.GathersFor, _closing.Token)).ConfigureAwait(false);
        }

        Volatile.Write(ref _awaited, null);
    }

    private (DiskStore Folded, DiskStore? Previous) OpenStores(bool isNew)
    {
        (string current, string? previous) = _folder.Choose(isNew);
        _caughtUp = new Offset[_logs.Count];
        for (int source = 0; source < _logs.Count; source++)
        {
            _caughtUp[source] = _logs[source].Watermarks.Committed;
        }

        DiskStore folded = OpenStore(current, _folder.Identity);
        if (_logs.Count == 1 && folded.Position > _caughtUp[0])
        {
            _options.Notice?.Invoke($"The table in {_path} is of a longer log than '{_logs[0].Name}' is. It is deleted and folded again.");
            folded.DisposeAsync().AsTask().GetAwaiter().GetResult();
            DiskStore.Delete(_disk, current);
            folded = OpenStore(current, _folder.Identity);
        }

        // The store before this one is read, and not folded, as long as this one has not caught up.
        ReadOnlyMemory<byte>? before = previous is null ? null : _folder.IdentityIn(previous);
        if (before is { } identity && _folder.IsOurs(identity.Span))
        {
            try
            {
                return (folded, OpenStore(previous!, identity));
            }
            catch
            {
                folded.DisposeAsync().AsTask().GetAwaiter().GetResult();
                throw;
            }
        }

        if (before is not null)
        {
            _options.Notice?.Invoke($"The table in {_path} was of another log or another projection. It is deleted.");
        }

        _folder.DeleteAllBut(folded.Folder);
        return (folded, null);
    }

    private DiskStore OpenStore(string path, ReadOnlyMemory<byte> identity) => DiskStore.Open(
        _disk,
        path,
        _logs.Count == 1 ? _logs[0].Watermarks.Start : Offset.Zero,
        new StoreOptions
        {
            MemoryBytes = _options.MemoryBytes,
            DiskBytes = _options.DiskBytes,
            RecentBytes = _options.RecentBytes,
            Identity = identity,
            Notice = _options.Notice,
        });

    /// <summary>
    /// Closes the stores, deletes those that are damaged, and opens them again, or a new one to fold. So the table goes on from what was durable last.
    /// </summary>
    private async ValueTask ReplaceStoresAsync()
    {
        _isReplacing = true;
        foreach (DiskStore store in (DiskStore[])(_read == _folded ? [_folded] : [_folded, _read]))
        {
            await store.DisposeAsync().ConfigureAwait(false);
            if (store.Damage.IsCompleted)
            {
                StoreException damage = await store.Damage.ConfigureAwait(false);
                _options.Notice?.Invoke($"The store in {store.Folder} is damaged. It is deleted and folded again. {damage.Message}");
                DiskStore.Delete(_disk, store.Folder);
            }
        }

        (DiskStore folded, DiskStore? previous) = OpenStores(isNew: _isRebuildAsked);
        _folded = folded;
        _read = previous ?? folded;

        // Another store knows other records.
        _times = new TimestampIndex(_logs[0]);
        ReadWholeFrom();
        _isRebuildAsked = false;
        _isReplacing = false;
    }

    private async ValueTask ReadFoldedWhenCaughtUpAsync(TableFold fold)
    {
        if (_read == _folded)
        {
            return;
        }

        for (int source = 0; source < _logs.Count; source++)
        {
            if (fold.NextOf(source) < _caughtUp[source])
            {
                return;
            }
        }

        // Before anybody reads the new store: for a moment less than there is counts as whole, never more.
        Volatile.Write(ref _wholeFrom, fold.WholeFrom.Value);
        DiskStore before = _read;
        _read = _folded;
        await before.DisposeAsync().ConfigureAwait(false);
        _folder.DeleteAllBut(_folded.Folder);
    }

    private void FoundGap(Offset end)
    {
        if (_read == _folded)
        {
            Volatile.Write(ref _wholeFrom, end.Value);
        }
    }

    // While nothing is folded.
    private void ReadWholeFrom() => Volatile.Write(ref _wholeFrom, _logs.Count == 1 ? TableFold.WholeFromIn(_read.Attachment.Span).Value : 0);

    private int SourceOf(TableFault fault)
    {
        int source = 0;
        while (_logs[source].Name != fault.Log)
        {
            source++;
        }

        return source;
    }

    /// <summary>Has a table that stopped go on; who waits from now on waits for what comes of it.</summary>
    private void GoOn()
    {
        _fault = null;
        Nudge();
    }

    private void Nudge() => Volatile.Read(ref _nudge).TrySetResult();

    /// <summary>Ends at the next nudge, or at once when there was one since the last call.</summary>
    private Task NextNudge()
    {
        if (_nudge.Task.IsCompleted)
        {
            // What was asked is looked at after this, so that a nudge between the two lines is not lost.
            Volatile.Write(ref _nudge, NewSource());
        }

        return _nudge.Task;
    }

    /// <summary>Ends when the table has got further, stopped or was closed.</summary>
    private Task NextProgress()
    {
        TaskCompletionSource? progress = Volatile.Read(ref _progress);
        if (progress is null)
        {
            TaskCompletionSource added = NewSource();
            progress = Interlocked.CompareExchange(ref _progress, added, null) ?? added;
            Volatile.Read(ref _awaited)?.TrySetResult();
        }

        return progress.Task;
    }

    private void ShowProgress() => Interlocked.Exchange(ref _progress, null)?.TrySetResult();
}
