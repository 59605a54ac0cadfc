using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Checking;

/// <summary>
/// What every protocol promises (C1 to C13), watched after each event from what nodes do, from the disks, and from what clients are told. Violations end the run.
/// </summary>
internal sealed class GroupChecks
{
    private readonly SimulatedGroup _group;
    private readonly IProtocolChecks _protocol;
    private readonly SortedDictionary<ReplicaId, DurableImage> _durable = [];
    private readonly EntryIndex[] _committed;
    private readonly Membership[] _memberships;
    private readonly Membership[] _membershipsBefore;
    private readonly bool[] _isPoisoned;
    private readonly Dictionary<long, (EntryIndex Floor, long AskedUs)> _readsAsked = [];
    private readonly OpenRequests[] _open;
    private readonly Budgets _budgets;
    private EntryIndex _acknowledged;

    public GroupChecks(SimulatedGroup group, Ledger ledger, Func<GroupChecks, IProtocolChecks> protocol)
    {
        _group = group;
        Ledger = ledger;
        int nodes = group.Options.NodeCount;
        _committed = new EntryIndex[nodes];
        _memberships = new Membership[nodes];
        _membershipsBefore = new Membership[nodes];
        _isPoisoned = new bool[nodes];
        _budgets = new Budgets(group.Options);
        _open = new OpenRequests[nodes];
        for (int node = 0; node < nodes; node++)
        {
            _open[node] = new OpenRequests();
        }

        _protocol = protocol(this);
    }

    public Ledger Ledger { get; }

    public SimulationOptions Options => _group.Options;

    /// <summary>A checker came across a situation that others cannot see.</summary>
    public void Saw(Situation situation) => _group.Observer.Saw(situation);

    /// <summary>What is synced on a node's disk.</summary>
    public DurableImage DurableOf(SimulatedNode node) => DurableOf(node.ReplicaId);

    /// <summary>The membership by which a replica decided before its last step.</summary>
    public Membership MembershipBefore(SimulatedNode node) => _memberships[node.Number];

    /// <summary>What a replica knew to be committed before its last step.</summary>
    public EntryIndex CommittedBefore(SimulatedNode node) => _committed[node.Number];

    public void Started(SimulatedNode node)
    {
        DurableImage durable = DurableOf(node);
        if (node.Disk.Durable.IsDamaged || (durable.File is not null && (durable.File != node.Disk.Durable || node.Disk.Durable.LengthBytes < durable.DecodedBytes)))
        {
            throw new ViolationException("C3", $"{node.ReplicaId} starts although its disk does not hold all that was synced");
        }

        durable.Advance(node.Disk);
        _protocol.Synced(node.ReplicaId, durable);
        _committed[node.Number] = node.Probe!.Committed;
        _memberships[node.Number] = node.Probe.Membership;
        _isPoisoned[node.Number] = false;
        _open[node.Number].Clear();
    }

    public void Stopped(SimulatedNode node) => _isPoisoned[node.Number] = false;

    public void Synced(SimulatedNode node)
    {
        DurableOf(node).Advance(node.Disk);
        _protocol.Synced(node.ReplicaId, DurableOf(node));
    }

    public void FailedToSync(SimulatedNode node) => _isPoisoned[node.Number] = true;

    /// <summary>A replica was told what is synced (R13, for every protocol): it must not believe that more is.</summary>
    public void Persisted(SimulatedNode node)
    {
        IReplicaProbe probe = node.Probe!;
        EntryIndex synced = probe.Synced;
        if (synced >= probe.First && probe.TryReadEntry(synced, out EntryView entry) && !DurableOf(node).Holds(synced, entry.Header.Epoch))
        {
            throw new ViolationException("R13", $"{node.ReplicaId} takes entry {entry.Header} for synced, and its disk does not have it");
        }

        _budgets.CheckCache(node, probe);
    }

    /// <summary>A replica was told that entries up to one are in a snapshot.</summary>
    public static void Trimmed(SimulatedNode node, EntryIndex upTo) => Budgets.CheckTrimmed(node, node.Probe!, upTo);

    public void Stepped(SimulatedNode node, ReplicaOutbox outbox)
    {
        IReplicaProbe probe = node.Probe!;
        ref EntryIndex committed = ref _committed[node.Number];
        if (probe.Committed < committed || (outbox.Committed > EntryIndex.Zero && outbox.Committed <= node.Applied && outbox.Committed < committed))
        {
            throw new ViolationException("C2", $"{node.ReplicaId} went back from {committed} committed entries to {probe.Committed}");
        }

        // The host's state is still that of before the snapshot.
        if (outbox.Committed > EntryIndex.Zero && (node.IsSwitching || (outbox.HasPersist && outbox.Persist.Snapshot is not null)))
        {
            throw new ViolationException("C10", $"{node.ReplicaId} says that {outbox.Committed} is committed before the snapshot is synced to which it switches");
        }

        if (outbox.HasPersist && outbox.Persist.Snapshot is SnapshotMeta snapshot && (node.IsSwitching || snapshot.Index <= committed))
        {
            throw new ViolationException("C10", $"{node.ReplicaId} switches to a snapshot of {snapshot.Index}, has {committed} committed, and {(node.IsSwitching ? "is switching to another" : "gains nothing")}");
        }

        _budgets.CheckStep(node, probe, outbox);
        if (_open[node.Number].Missing(outbox, probe.Role == ReplicaRole.Leader) is long token)
        {
            throw new ViolationException("C13", $"{node.ReplicaId} leaves request {token} without an answer, or does not have it in one place");
        }

        _protocol.Stepped(node, outbox);
        committed = probe.Committed;
        _membershipsBefore[node.Number] = _memberships[node.Number];
        _memberships[node.Number] = probe.Membership;
    }

    public void Received(SimulatedNode node, ReadOnlySpan<byte> message, ReplicaOutbox outbox) => _protocol.Received(node, message, outbox);

    public void Sends(SimulatedNode node, ReadOnlySpan<byte> message)
    {
        if (_isPoisoned[node.Number])
        {
            throw new ViolationException("C9", $"{node.ReplicaId} sends a message after a sync of it failed");
        }

        _protocol.Sends(node, message);
    }

    public void Applied(SimulatedNode node, in EntryView entry, long result) => Ledger.Apply(node, entry, result, node.Probe!.HardState.Current);

    public void TookSnapshot(SimulatedNode node, SnapshotMeta meta)
    {
        if (meta.Index != node.Applied || node.StateDigest != Ledger.StateDigestAt(meta.Index) || meta.Epoch != Ledger.At(meta.Index).Epoch)
        {
            throw new ViolationException("C10", $"{node.ReplicaId} took a snapshot of {meta.Index} that is not the fold of the entries up to there");
        }

        CheckMembers(node, meta);
    }

    public void Installed(SimulatedNode node, SnapshotMeta meta)
    {
        CheckMembers(node, meta);
        if (node.Applied > Ledger.Last || node.StateDigest != Ledger.StateDigestAt(node.Applied))
        {
            throw new ViolationException("C10", $"{node.ReplicaId} switched to a snapshot of {node.Applied} that is not the fold of the entries up to there");
        }
    }

    /// <summary>A proposal or a change is about to be handed to a replica.</summary>
    public void Asked(SimulatedNode node, long token) => _open[node.Number].Ask(token);

    /// <summary>A read is about to be handed to a replica: whatever was acknowledged before must be in its read point, and a quorum must confirm after now that the replica leads.</summary>
    public void ReadAsked(SimulatedNode node, long token)
    {
        _open[node.Number].AskRead(token);
        _readsAsked[token] = (_acknowledged, _group.NowUs);
    }

    public void ReadReleased(SimulatedNode node, long token, EntryIndex index)
    {
        if (!_readsAsked.Remove(token, out (EntryIndex Floor, long AskedUs) asked))
        {
            return;
        }

        if (index < asked.Floor)
        {
            throw new ViolationException("R11", $"{node.ReplicaId} lets a read go at {index} that came when {asked.Floor} was acknowledged");
        }

        // The members may be others since the step that confirmed it.
        if (!IsConfirmed(_memberships[node.Number], node, asked.AskedUs) && !IsConfirmed(_membershipsBefore[node.Number], node, asked.AskedUs))
        {
            throw new ViolationException("R11", $"{node.ReplicaId} lets a read go, and no quorum of {_memberships[node.Number]} answered what it sent after the read came");
        }
    }

    /// <summary>A client is told that its request is done.</summary>
    public void Acknowledged(SimulatedNode node, int client, long request, EntryIndex index, long result)
    {
        if (Ledger.ResultOf(client, request) is not long first || first != result)
        {
            throw new ViolationException("C5", $"{node.ReplicaId} answers request {request} of client {client} otherwise than the first time");
        }

        Epoch epoch = Ledger.At(index).Epoch;

        // Whoever answers may have heard of the commit from another, and have an older or newer membership than the one that decided.
        bool isDurable = _protocol.IsDurable(index, epoch)
            ?? (IsOnMajority(Ledger.MembershipAt(index), index, epoch) || IsOnMajority(Ledger.Membership, index, epoch) || IsOnMajority(node.Probe!.Membership, index, epoch));
        if (!isDurable)
        {
            throw new ViolationException("C3", $"{node.ReplicaId} acknowledges entry {index}, which is not synced on a quorum");
        }

        _acknowledged = EntryIndex.Max(_acknowledged, index);
    }

    /// <summary>Whether an entry is on the synced disks of a majority.</summary>
    public bool IsOnMajority(Membership membership, EntryIndex index, Epoch epoch)
    {
        return Majority.Of(membership, (Checks: this, index, epoch), static (member, what) => what.Checks.IsOnDisk(member, what.index, what.epoch));
    }

    /// <summary>
    /// A leader asks another replica to take over (R12, for every protocol): that one has everything the leader made in its epoch. Where it went on to another epoch it may have lost that again.
    /// </summary>
    public void CheckHandOver(SimulatedNode node, ReplicaId to)
    {
        IReplicaProbe probe = node.Probe!;
        DurableImage durable = DurableOf(to);
        Epoch epoch = probe.HardState.Current;
        for (EntryIndex index = probe.Last; durable.HardState.Current == epoch && index > probe.Committed; index = index.Previous)
        {
            if (probe.TryReadEntry(index, out EntryView entry) && entry.Header.AcceptedIn == epoch && !durable.Holds(index, entry.Header.Epoch))
            {
                throw new ViolationException("R12", $"{node.ReplicaId} hands over to {to}, which does not have entry {entry.Header}");
            }
        }
    }

    /// <summary>What a replica believes; null when it is down or gone.</summary>
    public IReplicaProbe? ProbeOf(ReplicaId replica)
    {
        SimulatedNode node = _group.Nodes[replica.Node.Value - 1];
        return node.ReplicaId == replica ? node.Probe : null;
    }

    /// <summary>What was synced on a replica's disk, also one that is gone.</summary>
    public DurableImage DurableOf(ReplicaId replica)
    {
        if (!_durable.TryGetValue(replica, out DurableImage? durable))
        {
            durable = new DurableImage();
            _durable.Add(replica, durable);
        }

        return durable;
    }

    private void CheckMembers(SimulatedNode node, SnapshotMeta meta)
    {
        if (!_protocol.HasMembers(meta, Ledger))
        {
            throw new ViolationException("C10", $"{node.ReplicaId} has a snapshot of {meta.Index} with {meta.Membership}, who are not those that decide behind it");
        }
    }

    private bool IsConfirmed(Membership membership, SimulatedNode node, long sinceUs) =>
        _protocol.IsQuorum(
            membership,
            (_group.Network, node.ReplicaId, sinceUs),
            static (member, what) => member == what.ReplicaId || what.Network.HasAnswered(what.ReplicaId.Node.Value - 1, member.Node.Value - 1, what.sinceUs));

    private bool IsOnDisk(ReplicaId member, EntryIndex index, Epoch epoch) => DurableOf(member).Holds(index, epoch);
}
