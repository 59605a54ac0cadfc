using Duramen.Consensus.Contract;
using Duramen.Consensus.Raft;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>
/// C12: what a replica keeps in memory, has under way and leaves on disk stays within what its options say. The options of all protocols are drawn from those of Raft.
/// </summary>
internal sealed class Budgets
{
    // The largest entry of a run and what a message has beside entries: a command with its filler, or a membership of nine.
    private const int MostBytesBeside = 1_024;

    // Beside a window of entries, in one step to one member: a heartbeat, an answer, what was lost sent once more.
    private const int MostMessagesBeside = 4;

    private readonly RaftOptions _options;
    private readonly SortedDictionary<ReplicaId, int> _messages = [];

    public Budgets(SimulationOptions options) => _options = options.Raft;

    /// <summary>After a sync: entries that are committed and synced stay in memory only while there is room.</summary>
    public void CheckCache(SimulatedNode node, IReplicaProbe probe)
    {
        if (probe.CachedBytes <= _options.CacheBytes)
        {
            return;
        }

        long needed = 0;
        EntryIndex done = EntryIndex.Min(probe.Committed, probe.Synced);
        for (EntryIndex index = EntryIndex.Max(done.Next, probe.First); index <= probe.Last; index = index.Next)
        {
            needed += probe.TryReadEntry(index, out EntryView entry) ? entry.Payload.Length : 0;
        }

        if (probe.CachedBytes > Math.Max(needed, _options.CacheBytes))
        {
            throw Violated(node, $"holds {probe.CachedBytes} bytes of entries in memory, may hold {_options.CacheBytes}, and needs {needed}");
        }
    }

    /// <summary>After a step: what leaves at once is bounded, and so is what a leader took and has not committed.</summary>
    public void CheckStep(SimulatedNode node, IReplicaProbe probe, ReplicaOutbox outbox)
    {
        if (outbox.MessageCount > 0)
        {
            CheckMessages(node, outbox);
        }

        if (outbox.Placed.Length > 0 && probe.Role == ReplicaRole.Leader)
        {
            CheckUncommitted(node, probe);
        }
    }

    /// <summary>After the host gave up entries: the replica did too.</summary>
    public static void CheckTrimmed(SimulatedNode node, IReplicaProbe probe, EntryIndex upTo)
    {
        if (probe.First <= upTo)
        {
            throw Violated(node, $"keeps its log from {probe.First}, and everything up to {upTo} is in a snapshot");
        }
    }

    private void CheckMessages(SimulatedNode node, ReplicaOutbox outbox)
    {
        bool mayBeTooMany = outbox.MessageCount > _options.MaxMessagesInFlight + MostMessagesBeside;
        _messages.Clear();
        for (int i = 0; i < outbox.MessageCount; i++)
        {
            OutgoingMessage message = outbox.Message(i);
            if (message.Bytes.Length > _options.MaxMessageBytes + MostBytesBeside)
            {
                throw Violated(node, $"sends a message of {message.Bytes.Length} bytes, and entries are added to one up to {_options.MaxMessageBytes}");
            }

            if (mayBeTooMany && (_messages[message.To] = _messages.GetValueOrDefault(message.To) + 1) > _options.MaxMessagesInFlight + MostMessagesBeside)
            {
                throw Violated(node, $"sends more than {_options.MaxMessagesInFlight} messages and some beside to {message.To} at once");
            }
        }
    }

    // The last proposal is taken while there is room for any.
    private void CheckUncommitted(SimulatedNode node, IReplicaProbe probe)
    {
        long bytes = 0;
        int last = 0;
        for (EntryIndex index = EntryIndex.Max(probe.Committed.Next, probe.First); index <= probe.Last; index = index.Next)
        {
            if (probe.TryReadEntry(index, out EntryView entry) && entry.Header.Kind == EntryKind.Records && entry.Header.Epoch == probe.HardState.Current)
            {
                last = entry.Payload.Length;
                bytes += last;
            }
        }

        if (bytes - last > _options.MaxUncommittedBytes)
        {
            throw Violated(node, $"took {bytes} bytes that are not committed, and may take {_options.MaxUncommittedBytes}");
        }
    }

    private static ViolationException Violated(SimulatedNode node, string what) => new("C12", $"{node.ReplicaId} {what}");
}
