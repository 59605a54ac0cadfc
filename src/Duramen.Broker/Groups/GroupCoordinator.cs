using Duramen.Broker.Connections;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Topics.Commands;
using Duramen.State.Machines;

namespace Duramen.Broker.Groups;

/// <summary>
/// Finds the machine of each group and hands it commands. Groups are spread over the partitions of <see cref="InternalTopics.ConsumerOffsets"/>, a topic that is
/// made when the first group is used; the machine of a partition begins when it is first asked. Safe to call from any thread.
/// </summary>
internal sealed class GroupCoordinator(BrokerTopics topics, BrokerOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly GroupOptions _groupOptions = options.Groups with { MaxGroups = Math.Max(1, options.MaxGroups / options.OffsetsPartitions) };
    private MachineKeeper<GroupMachine>?[] _machines = [];
    private bool _isClosed;

    /// <summary>Has the machine of a group decide a command.</summary>
    /// <exception cref="Duramen.State.StateException">The machine stopped, or the broker does; the client asks again.</exception>
    /// <exception cref="Duramen.Log.LogException">The log of the machine failed.</exception>
    public async Task<TReply> ExecuteAsync<TReply>(string groupId, ICommand<GroupMachine, TReply> command, CancellationToken enough = default)
    {
        BrokerTopic offsets = topics.Find(InternalTopics.ConsumerOffsets) ?? await ProvideAsync().ConfigureAwait(false);
        return await Machine(offsets, OffsetsTopic.PartitionOf(groupId, offsets.Partitions.Count)).ExecuteAsync(command, enough).ConfigureAwait(false);
    }

    /// <summary>
    /// Has the machine of a group decide a command that may be parked there. The waiting ends when the client is gone or the broker stops; the command is
    /// decided all the same, and its memory is not the request's.
    /// </summary>
    /// <exception cref="Duramen.State.StateException">As above; the broker stops, too.</exception>
    /// <exception cref="Duramen.Log.LogException">The log of the machine failed.</exception>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<TReply> ExecuteParkedAsync<TReply>(string groupId, ICommand<GroupMachine, TReply> command, ClientConnection client)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(client.Gone, client.Draining);
        try
        {
            return await ExecuteAsync(groupId, command, enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!client.Gone.IsCancellationRequested)
        {
            throw new Duramen.State.StateException(Duramen.State.StateErrors.Closed, "The broker stops.", "Look for the coordinator again.");
        }
    }

    /// <summary>Has the machines of all groups decide a command each; none when no group was ever used.</summary>
    public async Task<TReply[]> ExecuteOnAllAsync<TReply>(Func<ICommand<GroupMachine, TReply>> command)
    {
        if (topics.Find(InternalTopics.ConsumerOffsets) is not BrokerTopic offsets)
        {
            return [];
        }

        var replies = new List<Task<TReply>>();
        foreach (Partitions.Partition partition in offsets.Partitions)
        {
            // A log without a record has no group, and its machine need not begin for that; one that has begun may have groups without records.
            if (partition.Log.Watermarks.End.Value > 0 || IsRunning(partition.Index))
            {
                replies.Add(Machine(offsets, partition.Index).ExecuteAsync(command()));
            }
        }

        return await Task.WhenAll(replies).ConfigureAwait(false);
    }

    /// <summary>Sees to it that there is a topic for groups.</summary>
    public async Task<BrokerTopic> ProvideAsync()
    {
        var create = new CreateTopic(Guid.NewGuid(), InternalTopics.ConsumerOffsets)
        {
            PartitionCount = options.OffsetsPartitions,
            Configs =
            [
                new("cleanup.policy", "compact"),
                new("compression.type", "producer"),

                // Kafka's value: only sealed segments are compacted, and a restart reads what is left.
                new("segment.bytes", "104857600"),
            ],
        };
        if (topics.Find(InternalTopics.ConsumerOffsets) is null)
        {
            // Whoever comes second is refused, and finds what the first made.
            await topics.ChangeAsync(create).ConfigureAwait(false);
        }

        return topics.Find(InternalTopics.ConsumerOffsets)
            ?? throw new Duramen.State.StateException(Duramen.State.StateErrors.Failed, $"The topic {InternalTopics.ConsumerOffsets} cannot be made.", "See the log of the node.");
    }

    /// <summary>Forgets what groups committed in a topic that was deleted.</summary>
    public Task ForgetAsync(string topic) => ExecuteOnAllAsync(() => new ForgetTopic(topic));

    /// <summary>
    /// Forgets what groups committed in topics that are not among these. A machine that cannot be asked is passed over: nobody reads its offsets either.
    /// </summary>
    /// <returns>Whether all machines have.</returns>
    public async Task<bool> ForgetOthersAsync(IReadOnlySet<string> existing)
    {
        try
        {
            await ExecuteOnAllAsync(() => new ForgetOtherTopics(existing)).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        MachineKeeper<GroupMachine>?[] machines;
        lock (_gate)
        {
            _isClosed = true;
            machines = _machines;
        }

        foreach (MachineKeeper<GroupMachine>? machine in machines)
        {
            if (machine is not null)
            {
                await machine.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private bool IsRunning(int partition)
    {
        lock (_gate)
        {
            return partition < _machines.Length && _machines[partition] is not null;
        }
    }

    private MachineKeeper<GroupMachine> Machine(BrokerTopic offsets, int partition)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_machines.Length < offsets.Partitions.Count)
            {
                Array.Resize(ref _machines, offsets.Partitions.Count);
            }

            return _machines[partition] ??= new MachineKeeper<GroupMachine>(() => new GroupMachine(_groupOptions), offsets.Partitions[partition].Log, time);
        }
    }
}
