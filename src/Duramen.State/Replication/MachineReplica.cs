using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Keyframes;
using Duramen.State.Store;

namespace Duramen.State.Replication;

/// <summary>
/// One of several replicas of a machine over one log: it folds the committed records of the log into its state, in order, and stops for good at the first one that it
/// cannot. Both models of replication are this fold; they differ in what the records are. All public members are safe to call from any thread.
/// </summary>
public abstract class MachineReplica : IAsyncDisposable
{
    private readonly IVersionedStore _store;
    private readonly ReplicaOptions _options;
    private readonly CancellationTokenSource _closing = new();
    private readonly RecordBatchDecoder _decoder = new();
    private readonly Lock _gate = new();
    private readonly List<(Offset Position, TaskCompletionSource Reached)> _waiting = [];
    private readonly Queue<ReplicaPoint> _marks = new();
    private readonly KeyframeWriter? _keyframes;
    private Task _running = Task.CompletedTask;
    private ReplicaPoint _point;
    private StateException? _failure;
    private bool _isClosed;

    private protected MachineReplica(IStateMachine machine, ILog log, IVersionedStore store, ReplicaOptions options)
    {
        if (options.Keyframes?.IsOf(machine, log) == false)
        {
            throw new ArgumentException($"The keyframes are not those of '{machine.Name}', version {machine.Version}, on log '{log.Name}'.", nameof(options));
        }

        Log = log;
        Closing = _closing.Token;
        _store = store;
        _options = options;
        Executor = new Executor(store, machine, options.ExecutesTwice);
        _point = new ReplicaPoint(Executor.Position, Executor.Digest);
        _keyframes = options.Keyframes is { } folder ? new KeyframeWriter(folder, options.KeyframeInterval, Executor.Position) : null;
    }

    // A comparison needs the marks of the slowest replica to be there still on the fastest.
    private const int MarksKept = 1024;

    /// <summary>The log under the machine.</summary>
    public ILog Log { get; }

    /// <summary>How far the replica has got, and its digest there.</summary>
    public ReplicaPoint Point => Volatile.Read(ref _point);

    /// <summary>Why the replica stopped; null while it runs.</summary>
    public StateException? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
            }
        }
    }

    private protected Executor Executor { get; }

    private protected CancellationToken Closing { get; }

    private protected TimeProvider Time => _options.Time;

    /// <summary>Submits an input and gives the machine's reply, once the input and everything before it is committed.</summary>
    /// <param name="input">The input; copied before the call returns.</param>
    /// <param name="cancellationToken">Ends the waiting; an input that was submitted is executed all the same.</param>
    /// <exception cref="StateException">
    /// The replica stopped or was closed, and whether the input is executed is not known; or it cannot take inputs, which the code says.
    /// </exception>
    /// <exception cref="LogException">The log refused the input: it is not executed.</exception>
    public abstract Task<byte[]> ExecuteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken = default);

    /// <summary>Returns when every record below an offset is in the state.</summary>
    /// <exception cref="StateException">The replica stopped or was closed before.</exception>
    public Task WaitForAsync(Offset position, CancellationToken cancellationToken = default)
    {
        TaskCompletionSource reached;
        lock (_gate)
        {
            if (Point.Position >= position)
            {
                return Task.CompletedTask;
            }

            if (_failure is not null || _isClosed)
            {
                return Task.FromException(_failure ?? StateRefusals.Closed(Log));
            }

            reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((position, reached));
        }

        return reached.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The state to read, now and as of earlier offsets, as far as the store keeps them.</summary>
    public IStoreSnapshot OpenSnapshot() => _store.OpenSnapshot();

    /// <summary>Stops the replica: it takes nothing in any more, and its state is flushed. The log and the store stay open, for whoever opened them.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_keyframes is not null)
        {
            await _keyframes.DisposeAsync().ConfigureAwait(false);
        }

        FailWaiting(StateRefusals.Closed(Log));
        if (Failure is null)
        {
            await _store.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }

        Executor.Dispose();
        _decoder.Dispose();
        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The last of the noted points that two replicas both have; null when there is none.</summary>
    internal static (ReplicaPoint Left, ReplicaPoint Right)? LastCommonMark(MachineReplica left, MachineReplica right)
    {
        Dictionary<Offset, ReplicaPoint> marks = left.Marks().ToDictionary(mark => mark.Position);
        foreach (ReplicaPoint mark in right.Marks().Reverse())
        {
            if (marks.TryGetValue(mark.Position, out ReplicaPoint? other))
            {
                return (other, mark);
            }
        }

        return null;
    }

    /// <summary>Stops the replica for a reason that somebody else found.</summary>
    internal void Stop(StateException cause)
    {
        lock (_gate)
        {
            _failure ??= cause;
        }

        FailWaiting(cause);
        OnStopped(cause);
    }

    private protected void Start() => _running = Task.Run(RunAsync);

    /// <summary>Takes one record of the log in.</summary>
    private protected abstract void Take(RecordView record);

    /// <summary>Told when the state got to where a batch ends, and is published there.</summary>
    private protected virtual void OnAdvanced()
    {
    }

    /// <summary>Told once when the replica stops.</summary>
    private protected virtual void OnStopped(StateException cause)
    {
    }

    /// <summary>What the replica does until it is closed; a fold of the log and nothing else by default.</summary>
    private protected virtual async Task RunUntilClosedAsync()
    {
        while (true)
        {
            await FollowAsync(Closing).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for more of the log, and takes it in.</summary>
    private protected async Task FollowAsync(CancellationToken cancellationToken)
    {
        await Log.WaitForCommittedAsync(Executor.Position, cancellationToken).ConfigureAwait(false);
        await TakeSliceAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes in what is committed; at most as much as one read gives.</summary>
    private protected async Task TakeSliceAsync(CancellationToken cancellationToken)
    {
        Offset from = Executor.Position;
        using LogSlice slice = await Log.ReadAsync(from, ReadLimits.Default, cancellationToken).ConfigureAwait(false);
        ReadOnlySpan<byte> batches = slice.Batches.Span;
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            batches = batches[batch.SizeBytes..];
            TakeBatch(batch, from);
            Advance(batch.NextOffset, Executor.DigestAhead);
        }

        if (slice.Batches.IsEmpty && slice.NextOffset > from)
        {
            Advance(slice.NextOffset, Executor.Digest);
        }
    }

    /// <summary>Says that everything below an offset is in the store, and tells everyone who waits for that.</summary>
    private protected void Advance(Offset position, StateDigest digest)
    {
        bool isMark = position.Value / _options.DigestInterval > Executor.Position.Value / _options.DigestInterval;
        Executor.Advance(position, digest);
        var point = new ReplicaPoint(position, digest);
        List<TaskCompletionSource> reached = [];
        lock (_gate)
        {
            Volatile.Write(ref _point, point);
            if (isMark)
            {
                _marks.Enqueue(point);
                if (_marks.Count > MarksKept)
                {
                    _marks.Dequeue();
                }
            }

            for (int index = _waiting.Count - 1; index >= 0; index--)
            {
                if (_waiting[index].Position <= position)
                {
                    reached.Add(_waiting[index].Reached);
                    _waiting.RemoveAt(index);
                }
            }
        }

        reached.ForEach(waiting => waiting.TrySetResult());
        _keyframes?.Offer(_store);
        OnAdvanced();
    }

    private IReadOnlyCollection<ReplicaPoint> Marks()
    {
        lock (_gate)
        {
            return [.. _marks];
        }
    }

    private async Task RunAsync()
    {
        try
        {
            LogWatermarks marks = Log.Watermarks;
            if (Executor.Position < marks.Start || Executor.Position > marks.End)
            {
                throw StateRefusals.Misplaced(Log, Executor.Position, marks);
            }

            await RunUntilClosedAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            OnStopped(StateRefusals.Closed(Log));
        }
        catch (Exception cause)
        {
            Stop(cause as StateException ?? StateRefusals.Stopped(Log, cause));
        }
    }

    private void TakeBatch(RecordBatchView batch, Offset from)
    {
        if (batch.IsControl)
        {
            return;
        }

        BatchFault fault = _decoder.Open(batch, out RecordReader reader);
        while (fault.IsNone && reader.TryRead(out RecordView record))
        {
            if (record.Offset < from)
            {
                continue;
            }

            if (Failure is { } failure)
            {
                throw failure;
            }

            try
            {
                Take(record);
            }
            catch (NondeterministicException cause)
            {
                throw StateRefusals.Nondeterministic(Log, record.Offset, cause);
            }
            catch (Exception cause) when (cause is not StoreException { Code: var code } || code == StoreErrors.TooLarge)
            {
                throw StateRefusals.Unreadable(Log, record.Offset, cause);
            }
        }

        fault = fault.IsNone ? reader.Fault : fault;
        if (!fault.IsNone)
        {
            throw StateRefusals.Unreadable(Log, batch.BaseOffset, fault.ToString());
        }
    }

    private void FailWaiting(StateException cause)
    {
        (Offset, TaskCompletionSource Reached)[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        Array.ForEach(waiting, entry => entry.Reached.TrySetException(cause));
    }
}
