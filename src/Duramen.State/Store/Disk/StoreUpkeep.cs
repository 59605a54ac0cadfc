using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Store.Merging;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>
/// What happens to a store behind its owner's back: full tables become runs, runs are merged, and those that were replaced are deleted, one thing at a time. A table that waits goes before a merge, even
/// in the middle of one, because the fold waits for the memory. There is a thread for this only while there is something to do.
/// </summary>
internal sealed class StoreUpkeep : IAsyncDisposable
{
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly StoreOptions _options;
    private readonly BlockCache _cache;
    private readonly RunHealth _health;
    private readonly Lock _gate = new();

    // Changed under the gate; runs by the upkeep alone. Oldest first.
    private readonly List<Run> _runs;
    private readonly Stack<Run> _unused = new();
    private RecentTable _table;
    private FrozenTable? _frozen;
    private Task _working = Task.CompletedTask;
    private TaskCompletionSource? _mergeAll;
    private long _forgotten;
    private volatile StoreView _view;
    private volatile FoldedState _durable;
    private volatile Exception? _failure;
    private volatile bool _isClosed;

    // The upkeep's own. In the middle of a merge a table may be written.
    private readonly RunBuffers _tableBuffers = new();
    private readonly RunBuffers _mergeBuffers = new();
    private long _nextRun;

    /// <param name="disk">The disk.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="options">The store's options.</param>
    /// <param name="cache">The cache of the runs.</param>
    /// <param name="health">Where the runs say that they are damaged.</param>
    /// <param name="manifest">What the store stands at.</param>
    /// <param name="runs">The manifest's runs, oldest first; their references become the upkeep's.</param>
    /// <param name="table">What is put into first; its owner keeps the reference.</param>
    public StoreUpkeep(IDisk disk, string folder, StoreOptions options, BlockCache cache, RunHealth health, Manifest manifest, List<Run> runs, RecentTable table)
    {
        _disk = disk;
        _folder = folder;
        _options = options;
        _cache = cache;
        _health = health;
        _runs = runs;
        _table = table;
        _nextRun = manifest.NextRun;
        _durable = new FoldedState(manifest.Position, manifest.Digest, manifest.Attachment);
        _view = MakeView(manifest.Horizon);
    }

    public StoreView View => _view;

    public FoldedState Durable => _durable;

    public Offset Horizon => _view.Horizon;

    public bool IsClosed => _isClosed;

    public StoreStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                long memory = _frozen?.Table.SizeBytes ?? 0;
                long versions = 0;
                foreach (Run run in _runs)
                {
                    memory += run.MemoryBytes;
                    versions += run.Footer.Versions;
                }

                return new StoreStatistics(_runs.Count, versions, SizeBytes(), memory);
            }
        }
    }

    /// <exception cref="StoreException">What stopped the upkeep, if something did; or that the store was closed.</exception>
    public void ThrowIfFailed()
    {
        if (_failure is { } cause)
        {
            throw cause is StoreException own ? new StoreException(own.Code, own.Message, "", own) : StoreRefusals.Failed(_folder, cause);
        }

        if (_isClosed)
        {
            throw StoreRefusals.Closed();
        }
    }

    /// <summary>
    /// Takes over a full table with the owner's reference, once the one before it is durable, and shows readers the one that the owner goes on with. The owner calls
    /// <see cref="Work"/> next.
    /// </summary>
    /// <exception cref="StoreException">As <see cref="ThrowIfFailed"/>; then nothing was taken.</exception>
    public void Take(FrozenTable frozen, RecentTable next)
    {
        while (true)
        {
            Task left;
            lock (_gate)
            {
                ThrowIfFailed();
                if (_frozen is null)
                {
                    _frozen = frozen;
                    _table = next;
                    Publish(Horizon);
                    return;
                }

                left = _frozen.Left;
            }

            left.GetAwaiter().GetResult();
        }
    }

    /// <summary>Begins to do what there is to do, or does it where everything happens on the owner's thread.</summary>
    public void Work()
    {
        if (_options.IsInline)
        {
            WorkUntilDone();
            return;
        }

        lock (_gate)
        {
            // Whoever works looks under the gate whether there is more before it ends.
            if (_working.IsCompleted && !_isClosed && HasWork())
            {
                _working = Task.Factory.StartNew(WorkUntilDone, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        }
    }

    public void MoveHorizon(Offset horizon)
    {
        lock (_gate)
        {
            if (horizon <= Horizon)
            {
                return;
            }

            Publish(horizon);
        }

        Work();
    }

    public void Forget(Offset before)
    {
        Volatile.Write(ref _forgotten, before.Value);
        MoveHorizon(before);
    }

    /// <summary>Merges all runs into one.</summary>
    public Task MergeAllAsync()
    {
        TaskCompletionSource asked;
        lock (_gate)
        {
            asked = _mergeAll ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Work();
        return asked.Task;
    }

    /// <summary>Ends when there is nothing to do.</summary>
    public async Task SettleAsync()
    {
        while (true)
        {
            Work();
            Task working;
            lock (_gate)
            {
                if (_isClosed || !HasWork())
                {
                    return;
                }

                working = _working;
            }

            await working.ConfigureAwait(false);
        }
    }

    /// <summary>Ends what is under way, a merge without its result, and gives everything back that no reader holds.</summary>
    public async ValueTask DisposeAsync()
    {
        Task working;
        lock (_gate)
        {
            _isClosed = true;
            working = _working;
        }

        await working.ConfigureAwait(false);
        lock (_gate)
        {
            _view.References.Release();
            _frozen?.Table.References.Release();
            _frozen = null;
            foreach (Run run in _runs)
            {
                run.References.Release();
            }

            _runs.Clear();
        }

        _tableBuffers.Dispose();
        _mergeBuffers.Dispose();
        DeleteAllUnused();
    }

    private bool HasWork() => _failure is null && (_frozen is not null || _unused.Count > 0 || _mergeAll is not null || MergePolicy.Choose(States(), Horizon).Count > 0);

    private void WorkUntilDone()
    {
        try
        {
            while (!_isClosed && DoOne())
            {
            }
        }
        catch (OperationCanceledException) when (_isClosed)
        {
            // A merge was under way, and its output is deleted when the store is opened again.
        }
        catch (Exception cause)
        {
            // The state of the disk is not known any more. What can be read can be read on.
            _failure = cause;
            if (_options.IsInline)
            {
                throw;
            }
        }
        finally
        {
            if (_failure is not null || _isClosed)
            {
                lock (_gate)
                {
                    _frozen?.Leave();
                    _mergeAll?.TrySetResult();
                }
            }
        }
    }

    /// <summary>Does what is most urgent; false when there is nothing.</summary>
    private bool DoOne()
    {
        if (WriteFrozen())
        {
            KeepToDiskBudget();
            return true;
        }

        if (DeleteUnused())
        {
            return true;
        }

        TaskCompletionSource? asked;
        MergeChoice choice;
        lock (_gate)
        {
            asked = _mergeAll;
            choice = asked is not null ? new MergeChoice(0, _runs.Count, HighestLevel()) : MergePolicy.Choose(States(), Horizon);
            if (choice.Count == 0 && asked is null)
            {
                // Under the gate, so that who brings work now sees that nobody works any more. A table or a run may have come since it was looked for.
                if (_frozen is not null || _unused.Count > 0)
                {
                    return true;
                }

                _working = Task.CompletedTask;
                return false;
            }
        }

        if (choice.Count > 0)
        {
            Merge(choice);
        }

        if (asked is not null)
        {
            lock (_gate)
            {
                _mergeAll = null;
            }

            asked.TrySetResult();
        }

        return true;
    }

    /// <summary>Makes a run of the table that waits; false when none does.</summary>
    private bool WriteFrozen()
    {
        FrozenTable? frozen;
        lock (_gate)
        {
            frozen = _frozen;
        }

        if (frozen is null)
        {
            return false;
        }

        Run? run = frozen.Table.IsEmpty ? null : Open(TableWriter.Write(_disk, _folder, _nextRun++, frozen, _options.BlockBytes, _tableBuffers));
        List<RunState> states = States();
        if (run is not null)
        {
            states.Add(run.State);
        }

        WriteManifest(states, frozen.State);
        lock (_gate)
        {
            if (run is not null)
            {
                _runs.Add(run);
            }

            _durable = frozen.State;
            _frozen = null;
            Publish(Horizon);
        }

        frozen.Table.References.Release();
        frozen.Leave();
        return true;
    }

    private void Merge(MergeChoice choice)
    {
        Run[] inputs = [.. _runs.GetRange(choice.Start, choice.Count)];
        Offset horizon = Horizon;
        var seen = new MergeSight(IsOldest: choice.Start == 0, horizon, new Offset(Volatile.Read(ref _forgotten)));
        RunState state = RunMerge.Run(_disk, _folder, _nextRun++, inputs, seen, choice.Level, _options.BlockBytes, _mergeBuffers, Pause);
        Run merged = Open(state);

        // Tables that were written meanwhile stand behind the inputs, so that these are where they were.
        List<RunState> states = States();
        states.RemoveRange(choice.Start, choice.Count);
        states.Insert(choice.Start, state);
        WriteManifest(states, _durable);
        lock (_gate)
        {
            _runs.RemoveRange(choice.Start, choice.Count);
            _runs.Insert(choice.Start, merged);
            Publish(Horizon);
        }

        foreach (Run input in inputs)
        {
            input.Replace(TakeUnused);
            input.References.Release();
        }
    }

    /// <summary>Takes a run that was replaced and that nobody reads any more. Whoever read it last calls this and goes on.</summary>
    private void TakeUnused(Run run)
    {
        bool isTaken;
        lock (_gate)
        {
            isTaken = !_isClosed && !_options.IsInline;
            if (isTaken)
            {
                _unused.Push(run);
            }
        }

        if (isTaken)
        {
            Work();
        }
        else
        {
            run.Delete();
        }
    }

    /// <summary>Deletes one of the runs that nobody reads any more; false when there is none.</summary>
    private bool DeleteUnused()
    {
        Run? run;
        lock (_gate)
        {
            if (!_unused.TryPop(out run))
            {
                return false;
            }
        }

        run.Delete();
        return true;
    }

    private void DeleteAllUnused()
    {
        while (DeleteUnused())
        {
        }
    }

    private void Pause()
    {
        if (_isClosed)
        {
            throw new OperationCanceledException();
        }

        WriteFrozen();
    }

    /// <summary>Gives up half of the past, again and again, until the rest fits.</summary>
    private void KeepToDiskBudget()
    {
        while (SizeBytes() > _options.DiskBytes)
        {
            Offset horizon = Horizon;
            long past = _durable.Position.Since(horizon);
            if (past == 0 && _runs.Count == 1)
            {
                throw StoreRefusals.Full(_folder, SizeBytes(), _options.DiskBytes);
            }

            horizon = horizon.Plus((past + 1) / 2);
            _options.Notice?.Invoke($"The store in {_folder} is larger than its budget of {_options.DiskBytes} bytes: its past before offset {horizon} is given up.");
            lock (_gate)
            {
                Publish(Offset.Max(horizon, Horizon));
            }

            Merge(new MergeChoice(0, _runs.Count, HighestLevel()));
            DeleteAllUnused();
        }
    }

    private void WriteManifest(List<RunState> runs, FoldedState state) => new Manifest
    {
        Position = state.Position,
        Horizon = Horizon,
        Digest = state.Digest,
        NextRun = _nextRun,
        Identity = _options.Identity,
        Attachment = state.Attachment,
        Runs = runs,
    }.Write(_disk, _folder);

    private Run Open(RunState state) => Run.Open(_disk, _folder, state, _cache, _health);

    private List<RunState> States()
    {
        var states = new List<RunState>(_runs.Count + 1);
        foreach (Run run in _runs)
        {
            states.Add(run.State);
        }

        return states;
    }

    private int HighestLevel()
    {
        int level = 0;
        foreach (Run run in _runs)
        {
            level = Math.Max(level, run.State.Level);
        }

        return level;
    }

    private long SizeBytes()
    {
        long size = 0;
        foreach (Run run in _runs)
        {
            size += run.State.SizeBytes;
        }

        return size;
    }

    /// <summary>Shows readers what there is now.</summary>
    private void Publish(Offset horizon)
    {
        StoreView before = _view;
        _view = MakeView(horizon);
        before.References.Release();
    }

    private StoreView MakeView(Offset horizon)
    {
        List<Run> newestFirst = [.. _runs];
        newestFirst.Reverse();
        return new StoreView(_frozen is null ? [_table] : [_table, _frozen.Table], newestFirst, horizon);
    }
}
