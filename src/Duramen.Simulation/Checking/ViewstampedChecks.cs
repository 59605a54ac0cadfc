using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;
using static Duramen.Simulation.Checking.EraLogChecks;

namespace Duramen.Simulation.Checking;

/// <summary>What Viewstamped Replication promises: V1 to V12 of docs/simulation.md, and C7, which is about its messages.</summary>
internal sealed class ViewstampedChecks : IProtocolChecks
{
    private readonly GroupChecks _checks;
    private readonly EraLogChecks _log;
    private readonly Dictionary<long, (ReplicaId Primary, int Life)> _primaries = [];
    private readonly Dictionary<ReplicaId, Epoch> _reported = [];
    private readonly Dictionary<ReplicaId, Moment> _before = [];
    private readonly Dictionary<long, EntryName> _starts = [];
    private readonly HashSet<(ReplicaId Asked, int Life, ReplicaId Asker, long View)> _asks = [];

    // The view of a report that came in the step under way: who gets one is in that view by the word of another.
    private Epoch _toldOf;
    private readonly Dictionary<(ReplicaId Primary, long View), (int Life, SortedDictionary<ReplicaId, DoViewChange> Reports)> _reports = [];

    public ViewstampedChecks(GroupChecks checks)
    {
        _checks = checks;
        _log = new EraLogChecks(checks, new EraLogRules(Matching: "V1", Order: "V12", EraEnd: "V12", Cut: "V8"));
    }

    public void Stepped(SimulatedNode node, ReplicaOutbox outbox)
    {
        IReplicaProbe probe = node.Probe!;
        HardState hard = probe.HardState;
        Moment before = _before.GetValueOrDefault(node.ReplicaId);
        bool isFirst = before.Life != node.Life;
        before = isFirst ? default : before;
        bool leads = probe.Role == ReplicaRole.Leader;
        _before[node.ReplicaId] = new Moment(node.Life, hard, leads, probe.Last);
        if (hard.Established > hard.Current || hard.Current < before.Hard.Current || hard.Established < before.Hard.Established)
        {
            throw new ViolationException("V2", $"{node.ReplicaId} went from {before.Hard} to {hard}");
        }

        if (probe.Committed > probe.Last)
        {
            throw new ViolationException("V7", $"{node.ReplicaId} has entries up to {probe.Last} and says that {probe.Committed} is committed");
        }

        if (outbox.RoleChanged && leads)
        {
            CheckNewPrimary(node, probe);
        }

        // Who is primary no more after the step heard of the commit from another, or ended its era with it, which is looked at below.
        if (outbox.Committed > EntryIndex.Zero && before.Leads && leads)
        {
            CheckCommit(node, probe, outbox.Committed);
        }

        if (outbox.HasPersist)
        {
            _log.CheckPersist(node, probe, outbox.Persist);
        }

        if (!isFirst && hard.Established == hard.Current && before.Hard.Established < hard.Current)
        {
            CheckBeginning(node, probe, before);
        }

        if (!isFirst && hard.Current > before.Hard.Current && EraNumber.Of(hard.Current) == EraNumber.Of(before.Hard.Current) && probe.Role == ReplicaRole.Candidate)
        {
            CheckEntry(node, probe, hard.Current);
        }

        _toldOf = Epoch.Zero;

        if (!isFirst && EraNumber.Of(hard.Current) > EraNumber.Of(before.Hard.Current))
        {
            CheckEra(node, probe, EraNumber.Of(before.Hard.Current));
        }

        CheckPromises(node, outbox, probe);
    }

    public void Received(SimulatedNode node, ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        if (outbox.Committed > EntryIndex.Zero && (ViewstampedMessage)message[5] is ViewstampedMessage.Prepare or ViewstampedMessage.NewState)
        {
            CheckMatch(node, message, outbox.Committed);
            return;
        }

        if ((ViewstampedMessage)message[5] == ViewstampedMessage.StartViewChange)
        {
            NoteAsk(node, message);
            return;
        }

        if ((ViewstampedMessage)message[5] != ViewstampedMessage.DoViewChange || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body)
            || envelope.To != node.ReplicaId || !DoViewChange.TryRead(body, out DoViewChange report))
        {
            return;
        }

        // Who is not in that era yet does not count the report; it comes again.
        if (node.Probe is not { } probe || EraNumber.Of(probe.HardState.Current) != EraNumber.Of(envelope.Epoch))
        {
            return;
        }

        if (!_reports.TryGetValue((node.ReplicaId, envelope.Epoch.Number), out (int Life, SortedDictionary<ReplicaId, DoViewChange> Reports) known) || known.Life != node.Life)
        {
            known = (node.Life, []);
            _reports[(node.ReplicaId, envelope.Epoch.Number)] = known;
        }

        known.Reports[envelope.From] = report;
        _toldOf = envelope.Epoch;
    }

    public void Sends(SimulatedNode node, ReadOnlySpan<byte> message)
    {
        // A replica seals what it sends; opening it again would only compute the checksum twice.
        var type = (ViewstampedMessage)message[5];
        if (type is not (ViewstampedMessage.PrepareOk or ViewstampedMessage.DoViewChange or ViewstampedMessage.TakeOver)
            || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body))
        {
            return;
        }

        if (type == ViewstampedMessage.TakeOver)
        {
            _checks.CheckHandOver(node, envelope.To);
            return;
        }

        DurableImage durable = _checks.DurableOf(node);
        if (durable.HardState.Current < envelope.Epoch)
        {
            throw new ViolationException("V2", $"{node.ReplicaId} takes part in view {Text(envelope.Epoch)}, and its disk says {durable.HardState}");
        }

        if (type == ViewstampedMessage.DoViewChange)
        {
            _reported[node.ReplicaId] = Epoch.Max(_reported.GetValueOrDefault(node.ReplicaId), envelope.Epoch);
        }
        else if (PrepareOk.TryRead(body, out PrepareOk response))
        {
            CheckAcknowledgement(node, durable, envelope.Epoch, response.Last);
        }
    }

    private void NoteAsk(SimulatedNode node, ReadOnlySpan<byte> message)
    {
        if (MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body) && envelope.To == node.ReplicaId
            && StartViewChange.TryRead(body, out StartViewChange request))
        {
            _asks.Add((node.ReplicaId, node.Life, envelope.From, request.View.Number));
        }
    }

    // A view is entered when a majority asked for it, or because one that is in it reports.
    private void CheckEntry(SimulatedNode node, IReplicaProbe probe, Epoch view)
    {
        bool isAsked = view == _toldOf || Majority.Of(
            probe.Membership, (_asks, node.ReplicaId, node.Life, view), static (member, what) => member == what.ReplicaId || what._asks.Contains((what.ReplicaId, what.Life, member, what.view.Number)));
        if (!isAsked)
        {
            throw new ViolationException("V13", $"{node.ReplicaId} enters view {Text(view)}, for which no majority of {probe.Membership} asked");
        }
    }

    // Who takes over the log of a view: its primary the best that was reported, everybody else the primary's.
    private void CheckBeginning(SimulatedNode node, IReplicaProbe probe, in Moment before)
    {
        Epoch view = probe.HardState.Current;
        if (probe.Role is ReplicaRole.Candidate or ReplicaRole.Leader)
        {
            CheckChoice(node, probe, before);

            // A choice that was lost before it was synced told nobody, and another one takes its place.
            _starts[view.Number] = new EntryName(probe.Last, EpochAt(probe, probe.Last) ?? Epoch.Zero);
        }
        else if (_starts.TryGetValue(view.Number, out EntryName start))
        {
            bool isWhole = start.Index < probe.First || EpochAt(probe, start.Index) == start.Epoch;
            bool isClean = probe.Last <= start.Index || EpochAt(probe, start.Index.Next) is not Epoch next || EraNumber.Within(next) == EraNumber.Within(view);
            if (!isWhole || !isClean)
            {
                throw new ViolationException("V6", $"{node.ReplicaId} takes its log up to {probe.Last} for that of view {Text(view)}, which began with {start.Index} of view {Text(start.Epoch)}");
            }
        }
    }

    // Who is about to be primary commits by reports as well.
    private void CheckMatch(SimulatedNode node, ReadOnlySpan<byte> message, EntryIndex committed)
    {
        if (node.Probe!.Role is ReplicaRole.Follower or ReplicaRole.Recovering && MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body)
            && ViewPart.TryRead(body, envelope.Epoch, out ViewPart part) && committed > EntryIndex.Max(_checks.CommittedBefore(node), part.Log.Last))
        {
            throw new ViolationException("V7", $"{node.ReplicaId} commits up to {committed} on a message that matched up to {part.Log.Last}");
        }
    }

    private static string Text(Epoch view) => EraNumber.ToText(view);

    private void CheckNewPrimary(SimulatedNode node, IReplicaProbe probe)
    {
        Epoch view = probe.HardState.Current;
        ReplicaId[] voters = probe.Membership.ListOf(probe.Membership.Voters);
        if (voters[EraNumber.Within(view) % voters.Length] != node.ReplicaId)
        {
            throw new ViolationException("V1", $"{node.ReplicaId} is primary of view {Text(view)}, which is not its turn among {probe.Membership}");
        }

        if (!_primaries.TryAdd(view.Number, (node.ReplicaId, node.Life)))
        {
            throw new ViolationException("V1", $"{node.ReplicaId} begins to be primary of view {Text(view)}, and {_primaries[view.Number].Primary} did before");
        }

        for (EntryIndex index = probe.First; index <= _checks.Ledger.Last; index = index.Next)
        {
            Ledger.Line line = _checks.Ledger.At(index);
            if (line.During < view && (!probe.TryReadEntry(index, out EntryView entry) || entry.Header.Epoch != line.Epoch))
            {
                throw new ViolationException("V6", $"{node.ReplicaId} is primary of view {Text(view)} without entry {index}, which was committed in view {Text(line.During)}");
            }
        }
    }

    // The log of a view is the best that was reported, or the primary's own if that is better.
    private void CheckChoice(SimulatedNode node, IReplicaProbe probe, in Moment before)
    {
        Epoch view = probe.HardState.Current;
        if (!_reports.TryGetValue((node.ReplicaId, view.Number), out (int Life, SortedDictionary<ReplicaId, DoViewChange> Reports) known) || known.Life != node.Life)
        {
            return;
        }

        (ReplicaId Owner, DoViewChange Report) best = (node.ReplicaId, new DoViewChange(before.Hard.Established, before.Last, Epoch.Zero, EntryIndex.Zero));
        foreach ((ReplicaId owner, DoViewChange report) in known.Reports)
        {
            if (probe.Membership.IsVoter(owner) && (report.LogView, report.Last).CompareTo((best.Report.LogView, best.Report.Last)) > 0)
            {
                best = (owner, report);
            }
        }

        bool isReported = Majority.Of(
            probe.Membership, (known.Reports, node.ReplicaId), static (member, what) => member == what.ReplicaId || what.Reports.ContainsKey(member));
        if (!isReported || probe.Last != best.Report.Last)
        {
            throw new ViolationException(
                "V6", $"{node.ReplicaId} begins view {Text(view)} with a log up to {probe.Last}, told by {known.Reports.Count} others; of {probe.Membership} the best is {best.Owner}'s: {best.Report}");
        }

        bool isHere = best.Owner == node.ReplicaId || best.Report.Last < probe.First
            || (probe.TryReadEntry(best.Report.Last, out EntryView entry) && entry.Header.Epoch == best.Report.LastEpoch);
        if (!isHere)
        {
            throw new ViolationException("V6", $"{node.ReplicaId} begins view {Text(view)} without the log of {best.Owner}, which is the best: {best.Report}");
        }
    }

    // An era begins when the members before it have the entry that ends theirs, and nobody is ahead of what it knows to be committed.
    private void CheckEra(SimulatedNode node, IReplicaProbe probe, long before)
    {
        long era = EraNumber.Of(probe.HardState.Current);
        Membership members = _checks.MembershipBefore(node);
        for (EntryIndex index = probe.Committed; index >= probe.First && probe.TryReadEntry(index, out EntryView entry); index = index.Previous)
        {
            if (entry.Header.Kind != EntryKind.Configuration)
            {
                continue;
            }

            if (EraNumber.Of(entry.Header.Epoch) != era)
            {
                throw new ViolationException("V12", $"{node.ReplicaId} is in era {era}; the last change that it knows to be committed, entry {index}, began era {EraNumber.Of(entry.Header.Epoch)}");
            }

            if (era == before + 1 && members.Count > 0 && !_checks.IsOnMajority(members, index, entry.Header.Epoch))
            {
                throw new ViolationException("V12", $"{node.ReplicaId} begins the era of entry {index}, which is not synced on a majority of {members}");
            }

            return;
        }
    }

    // Counted are those whose log on disk is of this view or a later one, and the primary is one of them.
    private void CheckCommit(SimulatedNode node, IReplicaProbe probe, EntryIndex committed)
    {
        Epoch view = probe.HardState.Current;
        if (!probe.TryReadEntry(committed, out EntryView entry))
        {
            return;
        }

        bool isDurable = Majority.Of(
            probe.Membership,
            (Checks: _checks, committed, entry.Header.Epoch, view),
            static (member, what) => what.Checks.DurableOf(member) is DurableImage disk && disk.Holds(what.committed, what.Epoch) && disk.HardState.Established >= what.view);
        if (!isDurable || !_checks.DurableOf(node).Holds(committed, entry.Header.Epoch))
        {
            throw new ViolationException(
                "V4", $"{node.ReplicaId} commits entry {committed} in view {Text(view)}, which is not synced there and on a majority of {probe.Membership} in that view");
        }
    }

    // What a replica is about to say: acknowledgements only in status normal, and of no view before one that it left for good.
    private void CheckPromises(SimulatedNode node, ReplicaOutbox outbox, IReplicaProbe probe)
    {
        for (int i = 0; i < outbox.MessageCount; i++)
        {
            ReadOnlySpan<byte> message = outbox.Message(i).Bytes;
            if ((ViewstampedMessage)message[5] != ViewstampedMessage.PrepareOk || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader _))
            {
                continue;
            }

            if (envelope.Epoch < _reported.GetValueOrDefault(node.ReplicaId))
            {
                throw new ViolationException("V5", $"{node.ReplicaId} acknowledges in view {Text(envelope.Epoch)} after a report for {Text(_reported[node.ReplicaId])}");
            }

            if (envelope.Epoch != probe.HardState.Current || envelope.Epoch != probe.HardState.Established)
            {
                throw new ViolationException("V3", $"{node.ReplicaId} acknowledges in view {Text(envelope.Epoch)} and is not normal there: {probe.HardState}");
            }
        }
    }

    private static void CheckAcknowledgement(SimulatedNode node, DurableImage durable, Epoch view, EntryIndex upTo)
    {
        // One sync may cover the acknowledgement's write and a later view's cut: then it speaks of a moment that was, and the later view is what counts.
        bool isSynced = durable.HardState.Established >= view && (durable.HardState.Current > view || durable.Last >= upTo);
        if (!isSynced)
        {
            throw new ViolationException("V3", $"{node.ReplicaId} acknowledges entries up to {upTo} in view {Text(view)}; on its disk are {durable.Last} and {durable.HardState}");
        }
    }

    /// <summary>What a replica was after its last step.</summary>
    private readonly record struct Moment(int Life, HardState Hard, bool Leads, EntryIndex Last);

    /// <summary>An entry.</summary>
    private readonly record struct EntryName(EntryIndex Index, Epoch Epoch);
}
