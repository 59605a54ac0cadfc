using System.Collections.Concurrent;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Store;

namespace Duramen.State.Replication;

/// <summary>
/// Active replication, state-machine replication in the narrow sense (Schneider 1990): the log holds the inputs, and every replica executes them. Any replica takes inputs;
/// the log gives them their order. There is no primary that could fail, and everything a machine does has to be deterministic.
/// <para>An input is a record whose value it is. Records of other producers are inputs too, without anyone who waits for a reply.</para>
/// </summary>
public sealed class ActiveReplica : MachineReplica
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<byte[]>> _callers = new();
    private readonly List<(TaskCompletionSource<byte[]> Caller, byte[] Reply)> _replies = [];

    private ActiveReplica(IStateMachine machine, ILog log, IVersionedStore store, ReplicaOptions options)
        : base(machine, log, store, options)
    {
    }

    /// <summary>Begins to follow a log, from where the store stands.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="log">The log of its inputs.</param>
    /// <param name="store">The replica's own state, the fold of this log by this machine up to its position; empty at first: a <see cref="MachineStore"/>, or one in memory.</param>
    /// <param name="options">How the replica runs.</param>
    /// <exception cref="ArgumentException">The keyframes of the options are those of another machine or log.</exception>
    public static ActiveReplica Open(IStateMachine machine, ILog log, IVersionedStore store, ReplicaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(store);
        var replica = new ActiveReplica(machine, log, store, options ?? new ReplicaOptions());
        replica.Start();
        return replica;
    }

    /// <inheritdoc/>
    public override async Task<byte[]> ExecuteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken = default)
    {
        var request = Guid.NewGuid();
        var caller = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _callers[request] = caller;
        try
        {
            if (Failure is { } failure)
            {
                throw failure;
            }

            using var builder = new RecordBatchBuilder();
            builder.Append(Time.GetUtcNow().ToUnixTimeMilliseconds(), NullableBytes.Null, input.Span, [ReplicaHeaders.OfRequest(request)]);
            await Log.AppendAsync(builder.Build(), default, cancellationToken).ConfigureAwait(false);
            return await caller.Task.WaitAsync(Closing).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw StateRefusals.Closed(Log);
        }
        finally
        {
            _callers.TryRemove(request, out _);
        }
    }

    private protected override void Take(RecordView record)
    {
        (StateChange[] changes, byte[] reply) = Executor.Execute(record.Value.Span, record.TimestampMs);
        foreach (StateChange change in changes)
        {
            Executor.Put(change, record.Offset, record.TimestampMs);
        }

        if (ReplicaHeaders.TryReadRequest(record, out Guid request) && _callers.TryGetValue(request, out TaskCompletionSource<byte[]>? caller))
        {
            _replies.Add((caller, reply));
        }
    }

    // Whoever has a reply can read what the input did.
    private protected override void OnAdvanced()
    {
        _replies.ForEach(reply => reply.Caller.TrySetResult(reply.Reply));
        _replies.Clear();
    }

    private protected override void OnStopped(StateException cause)
    {
        foreach ((_, TaskCompletionSource<byte[]> caller) in _callers)
        {
            caller.TrySetException(cause);
        }
    }
}
