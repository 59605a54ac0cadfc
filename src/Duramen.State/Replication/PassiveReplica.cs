using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Store;

namespace Duramen.State.Replication;

/// <summary>
/// Passive replication, also primary-backup (Budhiraja, Marzullo, Schneider, Toueg 1993): the primary executes inputs, the log holds what they changed, and the
/// backups apply that. The machine runs once, so it would not even have to be deterministic; but only the primary takes inputs.
/// <para>
/// A replica becomes the primary by appending a claim to an epoch at the end of the log as it knows it (<see cref="PromoteAsync"/>). Every append of a primary says where the
/// log must end, so that the appends of one that was deposed are refused; and every record carries its epoch, so that in a log which cannot refuse them everyone
/// passes over records of an epoch that is over.
/// </para>
/// <para>
/// The changes of one input are one batch, which everyone takes in whole. A change is a record with the key and the value of the state, or with no value where the
/// key is no more: the log is also the table of the state for whoever reads it as one, and may be compacted.
/// </para>
/// </summary>
public sealed class PassiveReplica : MachineReplica
{
    // So many inputs, or bytes of them, are executed before what they changed is appended in one piece; the next ones gather meanwhile.
    private const int MaxInputsAtOnce = 1_000;
    private const int MaxBytesAtOnce = 1 << 20;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly RecordBatchBuilder _builder = new();
    private List<PendingInput> _inputs = [];
    private PendingInput[] _executing = [];
    private TaskCompletionSource? _promotion;
    private CancellationTokenSource? _following;
    private bool _isPrimary;
    private StateException? _ended;

    private PassiveReplica(IStateMachine machine, ILog log, IVersionedStore store, ReplicaOptions options)
        : base(machine, log, store, options)
    {
    }

    /// <summary>Whether this replica takes inputs, as far as it knows.</summary>
    public bool IsPrimary
    {
        get
        {
            lock (_gate)
            {
                return _isPrimary;
            }
        }
    }

    /// <summary>The epoch of the last primary that the replica knows of; 0 before the first.</summary>
    public long Epoch => Executor.Epoch;

    /// <summary>Records that were passed over because their primary was deposed.</summary>
    public long FencedRecords { get; private set; }

    /// <summary>Begins to follow a log as a backup, from where the store stands.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="log">The log of the changes; to be a primary on it, it must take conditional appends.</param>
    /// <param name="store">The replica's own state, the fold of this log up to its position; empty at first: a <see cref="MachineStore"/>, or one in memory.</param>
    /// <param name="options">How the replica runs.</param>
    /// <exception cref="ArgumentException">The keyframes of the options are those of another machine or log.</exception>
    public static PassiveReplica Open(IStateMachine machine, ILog log, IVersionedStore store, ReplicaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(store);
        var replica = new PassiveReplica(machine, log, store, options ?? new ReplicaOptions());
        replica.Start();
        return replica;
    }

    /// <summary>
    /// Makes this replica the primary, whoever was it before. When to do that is decided outside: two that promote themselves all the time keep the state right and
    /// get nothing done.
    /// </summary>
    /// <exception cref="StateException">The replica stopped or was closed.</exception>
    public Task PromoteAsync(CancellationToken cancellationToken = default)
    {
        Task promoted;
        lock (_gate)
        {
            if (_ended is not null)
            {
                return Task.FromException(_ended);
            }

            if (_isPrimary)
            {
                return Task.CompletedTask;
            }

            _promotion ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            promoted = _promotion.Task;
            _following?.Cancel();
        }

        return promoted.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Fails with <see cref="StateErrors.NotPrimary"/> at a backup, and with <see cref="StateErrors.Superseded"/> at a primary that was deposed meanwhile.</remarks>
    public override Task<byte[]> ExecuteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken = default)
    {
        var pending = new PendingInput(input.ToArray(), Time.GetUtcNow().ToUnixTimeMilliseconds());
        lock (_gate)
        {
            if (_ended is not null || !_isPrimary)
            {
                return Task.FromException<byte[]>(_ended ?? StateRefusals.NotPrimary(Log));
            }

            _inputs.Add(pending);
            if (_inputs.Count == 1)
            {
                _wanted.Release();
            }
        }

        return pending.Caller.Task.WaitAsync(cancellationToken);
    }

    private protected override async Task RunUntilClosedAsync()
    {
        while (true)
        {
            if (IsPrimary)
            {
                await LeadAsync().ConfigureAwait(false);
            }
            else if (!await FollowUntilPromotedAsync().ConfigureAwait(false))
            {
                await ClaimAsync().ConfigureAwait(false);
            }
        }
    }

    private protected override void Take(RecordView record)
    {
        if (ReplicaHeaders.TryReadClaim(record, out long claimed))
        {
            Executor.Epoch = Math.Max(Executor.Epoch, claimed);
            return;
        }

        if (!ReplicaHeaders.TryReadEpoch(record, out long epoch) || epoch < Executor.Epoch)
        {
            FencedRecords++;
            return;
        }

        // Compaction may have removed the claim.
        Executor.Epoch = epoch;
        Executor.Apply(record.Key, record.Value, record.Offset, record.TimestampMs);
    }

    private protected override void OnStopped(StateException cause)
    {
        TaskCompletionSource? promotion;
        lock (_gate)
        {
            _ended ??= cause;
            promotion = _promotion;
        }

        promotion?.TrySetException(cause);
        StepDown(cause);
    }

    /// <summary>Follows the log; false when the replica is to become the primary.</summary>
    private async Task<bool> FollowUntilPromotedAsync()
    {
        using var following = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        lock (_gate)
        {
            if (_promotion is not null)
            {
                return false;
            }

            _following = following;
        }

        try
        {
            await FollowAsync(following.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!Closing.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            lock (_gate)
            {
                _following = null;
            }
        }
    }

    /// <summary>Takes in all there is, and claims the next epoch right behind it.</summary>
    private async Task ClaimAsync()
    {
        while (true)
        {
            while (Log.Watermarks.End > Executor.Position)
            {
                await FollowAsync(Closing).ConfigureAwait(false);
            }

            long epoch = Executor.Epoch + 1;
            _builder.Reset();
            _builder.Append(Time.GetUtcNow().ToUnixTimeMilliseconds(), "duramen.claim"u8, ReadOnlySpan<byte>.Empty, [ReplicaHeaders.OfClaim(epoch)]);
            AppendOutcome outcome = await Log.TryAppendAsync(_builder.Build(), new AppendOptions(Executor.Position), Closing).ConfigureAwait(false);
            if (!outcome.Appended)
            {
                continue;
            }

            await Log.WaitForCommittedAsync(Executor.Position, Closing).ConfigureAwait(false);
            Executor.Epoch = epoch;
            TaskCompletionSource? promotion;
            lock (_gate)
            {
                _isPrimary = true;
                promotion = _promotion;
                _promotion = null;
            }

            Advance(outcome.Result.NextOffset, Executor.Digest);
            promotion?.TrySetResult();
            return;
        }
    }

    /// <summary>Waits for inputs and executes them. Whatever somebody else appended to the log says that this replica is not the primary any more.</summary>
    private async Task LeadAsync()
    {
        if (!await _wanted.WaitAsync(0, Closing).ConfigureAwait(false))
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(Closing);
            Task wanted = _wanted.WaitAsync(waiting.Token);
            Task foreign = Log.WaitForCommittedAsync(Executor.Position, waiting.Token).AsTask();
            await Task.WhenAny(wanted, foreign).ConfigureAwait(false);
            await waiting.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(wanted, foreign).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Closing.ThrowIfCancellationRequested();
            if (foreign.IsFaulted)
            {
                await foreign.ConfigureAwait(false);
            }

            if (!wanted.IsCompletedSuccessfully)
            {
                StepDown(StateRefusals.Deposed(Log));
                return;
            }
        }

        await ExecuteInputsAsync().ConfigureAwait(false);
    }

    /// <summary>Executes what was submitted, appends what that changed as one piece, and replies. The state is ahead of the log for that long and no longer.</summary>
    private async Task ExecuteInputsAsync()
    {
        PendingInput[] inputs = TakeInputs();
        using var batches = new PooledBuffer();
        foreach (PendingInput input in inputs)
        {
            Execute(input, batches);
        }

        if (batches.Length > 0)
        {
            Offset at = Executor.Position;
            AppendOutcome outcome = await Log.TryAppendAsync(batches.WrittenMemory, new AppendOptions(at), Closing).ConfigureAwait(false);
            if (!outcome.Appended)
            {
                Executor.Forget();
                StepDown(StateRefusals.Deposed(Log));
                return;
            }

            await Log.WaitForCommittedAsync(new Offset(outcome.Result.NextOffset.Value - 1), Closing).ConfigureAwait(false);
            foreach (PendingInput input in inputs)
            {
                at = Store(input, at);
            }
        }
        else if (Log.Watermarks.End > Executor.Position)
        {
            // No append said whether this is still the primary, and what the inputs read may be over.
            Executor.Forget();
            StepDown(StateRefusals.Deposed(Log));
            return;
        }

        Array.ForEach(inputs, input => input.Caller.TrySetResult(input.Reply));
    }

    private void Execute(PendingInput input, PooledBuffer batches)
    {
        try
        {
            (input.Changes, input.Reply) = Executor.Execute(input.Bytes, input.TimestampMs);
        }
        catch (NondeterministicException cause)
        {
            throw StateRefusals.Nondeterministic(Log, Executor.Position, cause);
        }

        input.DigestAfter = Executor.DigestAhead;
        if (input.Changes.Length == 0)
        {
            return;
        }

        _builder.Reset();
        RecordHeader[] headers = [ReplicaHeaders.OfEpoch(Executor.Epoch)];
        foreach (StateChange change in input.Changes)
        {
            _builder.Append(input.TimestampMs, change.Key, change.Value, headers);
        }

        batches.Write(_builder.Build().Span);
    }

    /// <summary>Stores what an input changed and is committed now; each batch ends where a backup's does, so that their digests can be compared there.</summary>
    private Offset Store(PendingInput input, Offset at)
    {
        foreach (StateChange change in input.Changes)
        {
            Executor.Put(change, at, input.TimestampMs);
            at = at.Plus(1);
        }

        if (input.Changes.Length > 0)
        {
            Advance(at, input.DigestAfter);
        }

        return at;
    }

    private PendingInput[] TakeInputs()
    {
        lock (_gate)
        {
            int count = 0;
            for (int bytes = 0; count < _inputs.Count && count < MaxInputsAtOnce && bytes < MaxBytesAtOnce; count++)
            {
                bytes += _inputs[count].Bytes.Length;
            }

            _executing = [.. _inputs[..count]];
            _inputs.RemoveRange(0, count);
            if (_inputs.Count > 0)
            {
                _wanted.Release();
            }

            return _executing;
        }
    }

    /// <summary>Takes no more inputs, and fails those that nobody will execute.</summary>
    private void StepDown(StateException cause)
    {
        List<PendingInput> failed;
        lock (_gate)
        {
            _isPrimary = false;
            failed = [.. _executing, .. _inputs];
            _executing = [];
            _inputs = [];
        }

        failed.ForEach(input => input.Caller.TrySetException(cause));
    }

    /// <summary>An input on its way, and later what it did.</summary>
    private sealed class PendingInput(byte[] bytes, long timestampMs)
    {
        public byte[] Bytes { get; } = bytes;

        public long TimestampMs { get; } = timestampMs;

        public StateChange[] Changes { get; set; } = [];

        public byte[] Reply { get; set; } = [];

        public StateDigest DigestAfter { get; set; }

        public TaskCompletionSource<byte[]> Caller { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
