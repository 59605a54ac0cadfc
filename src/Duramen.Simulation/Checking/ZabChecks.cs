using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;
using static Duramen.Simulation.Checking.EraLogChecks;

namespace Duramen.Simulation.Checking;

/// <summary>What ZAB promises: Z2 to Z14 of docs/simulation.md, and C7, which is about its messages.</summary>
internal sealed class ZabChecks : IProtocolChecks
{
    private readonly GroupChecks _checks;
    private readonly EraLogChecks _log;
    private readonly Dictionary<long, ReplicaId> _leaders = [];
    private readonly Dictionary<long, EntryName> _starts = [];
    private readonly Dictionary<(ReplicaId Replica, long Epoch), ReplicaId> _accepted = [];
    private readonly Dictionary<ReplicaId, Epoch> _promised = [];
    private readonly Dictionary<ReplicaId, Moment> _before = [];
    private readonly Dictionary<(ReplicaId Leader, long Epoch), SortedDictionary<ReplicaId, HistoryEnd>> _histories = [];

    // The epoch that a follower named in the step under way when it said whom it would follow.
    private Epoch _toldOf;

    public ZabChecks(GroupChecks checks)
    {
        _checks = checks;
        _log = new EraLogChecks(checks, new EraLogRules(Matching: "Z2", Order: "Z5", EraEnd: "Z14", Cut: "Z11"));
    }

    public void Stepped(SimulatedNode node, ReplicaOutbox outbox)
    {
        IReplicaProbe probe = node.Probe!;
        HardState hard = probe.HardState;
        Moment before = _before.GetValueOrDefault(node.ReplicaId);
        bool isFirst = before.Life != node.Life;
        before = isFirst ? default : before;
        bool leads = probe.Role == ReplicaRole.Leader;
        var end = new HistoryEnd(hard.Established, probe.Last, EpochAt(probe, probe.Last) ?? Epoch.Zero);
        _before[node.ReplicaId] = new Moment(node.Life, hard, leads, end);
        if (hard.Established > hard.Current || hard.Current < before.Hard.Current || hard.Established < before.Hard.Established)
        {
            throw new ViolationException("Z7", $"{node.ReplicaId} went from {before.Hard} to {hard}");
        }

        if (!isFirst && hard.Current > before.Hard.Current && probe.Role == ReplicaRole.Candidate && hard.Current <= _toldOf)
        {
            throw new ViolationException("Z7", $"{node.ReplicaId} begins epoch {Text(hard.Current)}, and who would follow it accepted {Text(_toldOf)}");
        }

        _toldOf = Epoch.Zero;
        CheckPromises(node, outbox, hard);
        if (!isFirst && hard.Established == hard.Current && before.Hard.Established < hard.Current)
        {
            CheckBeginning(node, probe, before.End);
        }

        if (outbox.RoleChanged && leads)
        {
            CheckNewLeader(node, probe);
        }

        // Who leads no more after the step heard of the commit from another, or ended its era with it, which is looked at below.
        if (outbox.Committed > EntryIndex.Zero && before.Leads && leads)
        {
            CheckCommit(node, probe, outbox.Committed);
        }

        if (outbox.HasPersist)
        {
            _log.CheckPersist(node, probe, outbox.Persist);
        }

        if (!isFirst && EraNumber.Of(hard.Current) == EraNumber.Of(before.Hard.Current) + 1)
        {
            CheckEra(node, probe);
        }
    }

    public void Received(SimulatedNode node, ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        if (outbox.Committed > EntryIndex.Zero && (ZabMessage)message[5] is ZabMessage.Propose or ZabMessage.Diff or ZabMessage.History)
        {
            CheckMatch(node, message, outbox.Committed);
            return;
        }

        if ((ZabMessage)message[5] == ZabMessage.CEpoch && MessageEnvelope.TryOpen(message, out MessageEnvelope support, out SpanReader _) && support.To == node.ReplicaId)
        {
            _toldOf = support.Epoch;
            return;
        }

        if ((ZabMessage)message[5] != ZabMessage.AckEpoch || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body)
            || envelope.To != node.ReplicaId || !HistoryEnd.TryRead(body, out HistoryEnd end))
        {
            return;
        }

        // An epoch is never begun in two lives, so what came in an earlier one does no harm. What comes after the choice is too late to matter.
        if (!_starts.ContainsKey(envelope.Epoch.Number))
        {
            (ReplicaId, long) key = (node.ReplicaId, envelope.Epoch.Number);
            _histories.TryAdd(key, []);
            _histories[key].TryAdd(envelope.From, end);
        }
    }

    public void Sends(SimulatedNode node, ReadOnlySpan<byte> message)
    {
        // A replica seals what it sends; opening it again would only compute the checksum twice.
        var type = (ZabMessage)message[5];
        if (type is not (ZabMessage.NewEpoch or ZabMessage.AckEpoch or ZabMessage.Ack or ZabMessage.TakeOver)
            || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body))
        {
            return;
        }

        if (type == ZabMessage.TakeOver)
        {
            _checks.CheckHandOver(node, envelope.To);
            return;
        }

        DurableImage durable = _checks.DurableOf(node);
        if (type == ZabMessage.Ack)
        {
            if (Ack.TryRead(body, out Ack ack))
            {
                CheckAcknowledgement(node, durable, envelope.Epoch, ack.Last);
            }

            return;
        }

        if (durable.HardState.Current < envelope.Epoch)
        {
            throw new ViolationException("Z7", $"{node.ReplicaId} takes part in epoch {Text(envelope.Epoch)}, and its disk says {durable.HardState}");
        }

        ReplicaId leader = type == ZabMessage.NewEpoch ? node.ReplicaId : envelope.To;
        _promised[node.ReplicaId] = Epoch.Max(_promised.GetValueOrDefault(node.ReplicaId), envelope.Epoch);
        if (!_accepted.TryAdd((node.ReplicaId, envelope.Epoch.Number), leader) && _accepted[(node.ReplicaId, envelope.Epoch.Number)] != leader)
        {
            throw new ViolationException(
                "Z7", $"{node.ReplicaId} accepts epoch {Text(envelope.Epoch)} from {leader}, and did from {_accepted[(node.ReplicaId, envelope.Epoch.Number)]}");
        }
    }

    // Who heads an epoch commits by its start as well.
    private void CheckMatch(SimulatedNode node, ReadOnlySpan<byte> message, EntryIndex committed)
    {
        if (node.Probe!.Role is ReplicaRole.Follower or ReplicaRole.Recovering && MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body)
            && LogPart.TryRead(body, EraNumber.LastOfNext(envelope.Epoch), out LogPart part) && committed > EntryIndex.Max(_checks.CommittedBefore(node), part.Last))
        {
            throw new ViolationException("Z3", $"{node.ReplicaId} commits up to {committed} on a message that matched up to {part.Last}");
        }
    }

    private static string Text(Epoch epoch) => Reports.EpochText.Of(epoch);

    // A leader delivers everything that was committed before it proposes anything.
    private void CheckNewLeader(SimulatedNode node, IReplicaProbe probe)
    {
        Epoch epoch = probe.HardState.Current;
        if (!_leaders.TryAdd(epoch.Number, node.ReplicaId))
        {
            throw new ViolationException("Z7", $"{node.ReplicaId} establishes epoch {Text(epoch)}, and {_leaders[epoch.Number]} did before");
        }

        for (EntryIndex index = probe.First; index <= _checks.Ledger.Last; index = index.Next)
        {
            Ledger.Line line = _checks.Ledger.At(index);
            if (line.During < epoch && EpochAt(probe, index) != line.Epoch)
            {
                throw new ViolationException("Z6", $"{node.ReplicaId} leads epoch {Text(epoch)} without entry {index}, which was committed in epoch {Text(line.During)}");
            }
        }

        bool hasFollowers = Majority.Of(
            probe.Membership, (Checks: _checks, epoch), static (member, what) => what.Checks.DurableOf(member).HardState.Established >= what.epoch);
        if (!hasFollowers || probe.Committed < probe.Last)
        {
            throw new ViolationException("Z6", $"{node.ReplicaId} leads epoch {Text(epoch)} before a majority of {probe.Membership} has synced the history with which it begins");
        }
    }

    // Who takes over the history of an epoch: its leader the best that it was told of, everybody else the leader's.
    private void CheckBeginning(SimulatedNode node, IReplicaProbe probe, in HistoryEnd before)
    {
        Epoch epoch = probe.HardState.Current;
        if (probe.Role is ReplicaRole.Candidate or ReplicaRole.Leader)
        {
            CheckChoice(node, probe, epoch, before);
            _starts.TryAdd(epoch.Number, new EntryName(probe.Last, EpochAt(probe, probe.Last) ?? Epoch.Zero));
        }
        else if (_starts.TryGetValue(epoch.Number, out EntryName start))
        {
            bool isWhole = start.Index < probe.First || EpochAt(probe, start.Index) == start.Epoch;
            bool isClean = probe.Last <= start.Index || EpochAt(probe, start.Index.Next) is not Epoch next || EraNumber.Within(next) == EraNumber.Within(epoch);
            if (!isWhole)
            {
                throw new ViolationException("Z9", $"{node.ReplicaId} takes epoch {Text(epoch)} for its own without the history with which it begins, up to {start.Index}");
            }

            if (!isClean)
            {
                throw new ViolationException("Z11", $"{node.ReplicaId} begins epoch {Text(epoch)} with more than its history, which ends with {start.Index}");
            }
        }
    }

    private void CheckChoice(SimulatedNode node, IReplicaProbe probe, Epoch epoch, in HistoryEnd before)
    {
        if (!_histories.Remove((node.ReplicaId, epoch.Number), out SortedDictionary<ReplicaId, HistoryEnd>? told))
        {
            return;
        }

        (ReplicaId Owner, HistoryEnd End) best = (node.ReplicaId, before);
        foreach ((ReplicaId owner, HistoryEnd end) in told)
        {
            if (probe.Membership.IsVoter(owner)
                && (end.CurrentEpoch, end.LastEpoch, end.Last).CompareTo((best.End.CurrentEpoch, best.End.LastEpoch, best.End.Last)) > 0)
            {
                best = (owner, end);
            }
        }

        bool isTold = Majority.Of(probe.Membership, (told, node.ReplicaId), static (member, what) => member == what.ReplicaId || what.told.ContainsKey(member));
        if (!isTold)
        {
            throw new ViolationException("Z8", $"{node.ReplicaId} begins epoch {Text(epoch)}, which {told.Count} others said they accept, of {probe.Membership}");
        }

        if (probe.Last != best.End.Last || EpochAt(probe, probe.Last) != best.End.LastEpoch)
        {
            throw new ViolationException("Z8", $"{node.ReplicaId} begins epoch {Text(epoch)} with another history than that of {best.Owner}, which is the best: {best.End}");
        }
    }

    // An era begins when the members before it have the entry that ends theirs.
    private void CheckEra(SimulatedNode node, IReplicaProbe probe)
    {
        Membership before = _checks.MembershipBefore(node);
        if (before.Count == 0)
        {
            return;
        }

        for (EntryIndex index = probe.Last; index >= probe.First && probe.TryReadEntry(index, out EntryView entry); index = index.Previous)
        {
            if (entry.Header.Kind == EntryKind.Configuration && EraNumber.Of(entry.Header.Epoch) == EraNumber.Of(probe.HardState.Current))
            {
                if (!_checks.IsOnMajority(before, index, entry.Header.Epoch))
                {
                    throw new ViolationException("Z14", $"{node.ReplicaId} begins the era of entry {index}, which is not synced on a majority of {before}");
                }

                return;
            }
        }
    }

    // Counted are those whose history on disk is of this epoch or a later one.
    private void CheckCommit(SimulatedNode node, IReplicaProbe probe, EntryIndex committed)
    {
        Epoch epoch = probe.HardState.Current;
        if (!probe.TryReadEntry(committed, out EntryView entry))
        {
            return;
        }

        bool isDurable = Majority.Of(
            probe.Membership,
            (Checks: _checks, committed, entry.Header.Epoch, epoch),
            static (member, what) => what.Checks.DurableOf(member) is DurableImage disk && disk.Holds(what.committed, what.Epoch) && disk.HardState.Established >= what.epoch);
        if (!isDurable)
        {
            throw new ViolationException(
                "Z3", $"{node.ReplicaId} commits entry {committed} in epoch {Text(epoch)}, which is not synced on a majority of {probe.Membership} in that epoch");
        }
    }

    // What a replica is about to say: acknowledgements only in its current epoch, and in none before one that it accepted.
    private void CheckPromises(SimulatedNode node, ReplicaOutbox outbox, in HardState hard)
    {
        for (int i = 0; i < outbox.MessageCount; i++)
        {
            ReadOnlySpan<byte> message = outbox.Message(i).Bytes;
            if ((ZabMessage)message[5] != ZabMessage.Ack || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader _))
            {
                continue;
            }

            Epoch promised = _promised.GetValueOrDefault(node.ReplicaId);
            if (envelope.Epoch < promised || envelope.Epoch != hard.Current || envelope.Epoch != hard.Established)
            {
                throw new ViolationException("Z10", $"{node.ReplicaId} acknowledges in epoch {Text(envelope.Epoch)}, having promised {Text(promised)} and being in {hard}");
            }
        }
    }

    // The whole history with which the epoch began, and everything up to what is acknowledged, is on disk; and only then that it is the history of this epoch.
    private void CheckAcknowledgement(SimulatedNode node, DurableImage durable, Epoch epoch, EntryIndex upTo)
    {
        // One sync may cover the acknowledgement's write and a later epoch's cut: then it speaks of a moment that was, and the later epoch is what counts.
        bool isOver = durable.HardState.Current > epoch;
        bool hasHistory = !_starts.TryGetValue(epoch.Number, out EntryName start) || durable.Holds(start.Index, start.Epoch);
        if (durable.HardState.Established < epoch || (!isOver && (durable.Last < upTo || !hasHistory)))
        {
            throw new ViolationException("Z9", $"{node.ReplicaId} acknowledges entries up to {upTo} in epoch {Text(epoch)}; on its disk are {durable.Last} and {durable.HardState}");
        }
    }

    /// <summary>What a replica was after its last step.</summary>
    private readonly record struct Moment(int Life, HardState Hard, bool Leads, HistoryEnd End);
}
