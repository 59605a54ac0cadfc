using System.Numerics;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Paxos;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Checking;

/// <summary>What Multi-Paxos promises: P1 to P10 of docs/simulation.md, and C7, which is about its messages.</summary>
internal sealed class PaxosChecks : IProtocolChecks
{
    private readonly GroupChecks _checks;
    private readonly PaxosOptions _options;
    private readonly PaxosHistory _history;
    private readonly Dictionary<(Epoch Ballot, ReplicaId Replica), int> _ballots = [];
    private readonly Dictionary<ReplicaId, Epoch> _promised = [];
    private readonly Dictionary<(long Slot, Epoch Ballot), ulong> _proposed = [];
    private readonly Dictionary<(long Slot, Epoch Epoch), ulong> _made = [];
    private readonly Dictionary<(ReplicaId Proposer, Epoch Ballot), PaxosReports> _reports = [];

    public PaxosChecks(GroupChecks checks)
    {
        _checks = checks;
        _options = checks.Options.Paxos;
        _history = new PaxosHistory(_options, checks.Ledger.Membership);
    }

    public void Synced(ReplicaId replica, DurableImage durable)
    {
        foreach (EntryHeader entry in durable.Added)
        {
            _history.Accept(replica, entry);
        }
    }

    public bool? IsDurable(EntryIndex index, Epoch epoch)
    {
        return IsQuorum(_history.MembershipOf(index), (_checks, index, epoch), static (member, what) => what._checks.DurableOf(member).Holds(what.index, what.epoch));
    }

    public bool IsQuorum<T>(Membership membership, T argument, Func<ReplicaId, T, bool> condition)
    {
        int fulfilling = 0;
        foreach (ReplicaId member in membership.Members)
        {
            fulfilling += membership.IsVoter(member) && condition(member, argument) ? 1 : 0;
        }

        return fulfilling >= PaxosQuorums.Accept(_options, membership);
    }

    public bool HasMembers(SnapshotMeta snapshot, Ledger ledger)
    {
        Membership last = snapshot.Upcoming.Count > 0 ? snapshot.Upcoming[^1].Membership : snapshot.Membership;
        return snapshot.Membership.Equals(_history.MembershipOf(snapshot.Index.Next)) && last.Equals(_history.MembershipOf(new EntryIndex(snapshot.Index.Value + _options.Alpha)));
    }

    public void Stepped(SimulatedNode node, ReplicaOutbox outbox)
    {
        IReplicaProbe probe = node.Probe!;
        if (outbox.RoleChanged && probe.Role == ReplicaRole.Candidate && !probe.Membership.IsVoter(node.ReplicaId))
        {
            throw new ViolationException("P10", $"{node.ReplicaId} stands for leader and is no voter of {probe.Membership}");
        }

        if (outbox.Committed > EntryIndex.Zero)
        {
            CheckCommit(node, probe, outbox.Committed);
        }

        CheckWritten(node, probe, outbox);
        if (outbox.HasPersist && outbox.Persist.EntryCount > 0)
        {
            CheckPersist(node, probe, outbox.Persist);
        }

        foreach (ReadyRead read in outbox.Reads)
        {
            // The first slot that was open when the read was let go; the step may have gone on.
            CheckTold(node, probe.HardState.Current, read.Index.Next, "lets a read go");
        }

        for (int i = 0; i < outbox.MessageCount; i++)
        {
            CheckAnswer(node, probe, outbox.Message(i).Bytes);
        }
    }

    public void Received(SimulatedNode node, ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        if ((PaxosMessage)message[5] != PaxosMessage.Promise || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body)
            || envelope.To != node.ReplicaId || !Promise.TryRead(body, out Promise promise))
        {
            return;
        }

        if (!_reports.TryGetValue((node.ReplicaId, envelope.Epoch), out PaxosReports? reports))
        {
            reports = new PaxosReports();
            _reports.Add((node.ReplicaId, envelope.Epoch), reports);
        }

        reports.Add(envelope.From, promise);
    }

    public void Sends(SimulatedNode node, ReadOnlySpan<byte> message)
    {
        // A replica seals what it sends; opening it again would only compute the checksum twice.
        var type = (PaxosMessage)message[5];
        if (type is not (PaxosMessage.Prepare or PaxosMessage.Promise or PaxosMessage.Accept or PaxosMessage.Accepted or PaxosMessage.News or PaxosMessage.TakeOver)
            || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body))
        {
            return;
        }

        DurableImage durable = _checks.DurableOf(node);
        if (type == PaxosMessage.News)
        {
            CheckNews(node, durable, body);
            return;
        }

        if (type == PaxosMessage.TakeOver)
        {
            _checks.CheckHandOver(node, envelope.To);
            return;
        }

        if (durable.HardState.Current < envelope.Epoch)
        {
            string rule = type is PaxosMessage.Prepare or PaxosMessage.Accept ? "P1" : "P2";
            throw new ViolationException(rule, $"{node.ReplicaId} takes part in ballot {envelope.Epoch}, and its disk says {durable.HardState.Current}");
        }

        if (type == PaxosMessage.Prepare)
        {
            CheckBallot(node, envelope.Epoch);
        }
        else if (type == PaxosMessage.Promise)
        {
            _promised[node.ReplicaId] = Epoch.Max(_promised.GetValueOrDefault(node.ReplicaId), envelope.Epoch);
        }
        else if (type == PaxosMessage.Accepted && Accepted.TryRead(body, out Accepted response))
        {
            CheckAcknowledgement(node, durable, envelope.Epoch, response);
        }
    }

    private void CheckBallot(SimulatedNode node, Epoch ballot)
    {
        if (ballot.Node != node.Id || (!_ballots.TryAdd((ballot, node.ReplicaId), node.Life) && _ballots[(ballot, node.ReplicaId)] != node.Life))
        {
            throw new ViolationException("P1", $"{node.ReplicaId} begins ballot {ballot}, which is not its own or was begun in an earlier life");
        }
    }

    private static void CheckAcknowledgement(SimulatedNode node, DurableImage durable, Epoch ballot, in Accepted response)
    {
        for (EntryIndex slot = EntryIndex.Max(response.First, node.Probe!.Committed.Next); slot <= response.Last; slot = slot.Next)
        {
            if (!durable.HoldsAccepted(slot, ballot))
            {
                throw new ViolationException("C7", $"{node.ReplicaId} says that it accepted slot {slot} in ballot {ballot}, and its disk does not");
            }
        }
    }

    // Whoever is the first to say that something is chosen must be right: a quorum accepted it in one ballot, each on its own disk.
    private void CheckCommit(SimulatedNode node, IReplicaProbe probe, EntryIndex committed)
    {
        EntryIndex before = EntryIndex.Max(_checks.CommittedBefore(node), probe.First.Previous);
        for (EntryIndex slot = before.Next; slot <= committed; slot = slot.Next)
        {
            if (!probe.TryReadEntry(slot, out EntryView entry))
            {
                throw new ViolationException("P7", $"{node.ReplicaId} says that everything up to {committed} is chosen and has nothing in slot {slot}");
            }

            if (slot == _history.Last.Next)
            {
                int accepted = _history.MostAccepted(slot, entry.Header.Epoch);
                Membership membership = _history.MembershipOf(slot);
                if (accepted < PaxosQuorums.Accept(_options, membership))
                {
                    throw new ViolationException("P5", $"{node.ReplicaId} says that {entry.Header} is chosen, which {accepted} of {membership} accepted in one ballot");
                }

                _history.Decide(entry);
                Observe(membership, entry.Header, accepted);
            }
        }

        // A replica that began with nothing knows no members until it comes to an entry that brings some.
        if (probe.Committed <= _history.Last && probe.Membership.Count > 0 && !probe.Membership.Equals(_history.MembershipOf(probe.Committed.Next)))
        {
            throw new ViolationException("P10", $"{node.ReplicaId} decides about slot {probe.Committed.Next} by {probe.Membership}, and not by {_history.MembershipOf(probe.Committed.Next)}");
        }
    }

    private void Observe(Membership membership, in EntryHeader header, int accepted)
    {
        if (2 * accepted <= BitOperations.PopCount(membership.Voters))
        {
            _checks.Saw(Situation.DecidedByFewer);
        }

        if (header.Kind == EntryKind.Configuration && _options.Alpha > 1)
        {
            _checks.Saw(Situation.MembershipWaits);
        }
    }

    private void CheckPersist(SimulatedNode node, IReplicaProbe probe, in PersistEffect persist)
    {
        var reader = new SpanReader(persist.Entries);
        while (!reader.IsAtEnd)
        {
            if (!EntryCodec.TryRead(ref reader, out EntryView entry))
            {
                throw new ViolationException("C11", $"{node.ReplicaId} persists what is no entry");
            }

            ulong digest = Ledger.DigestOf(entry);
            EntryHeader header = entry.Header;
            if (!_proposed.TryAdd((header.Index.Value, header.AcceptedIn), digest) && _proposed[(header.Index.Value, header.AcceptedIn)] != digest)
            {
                throw new ViolationException("P3", $"{node.ReplicaId} has another entry in slot {header.Index} than somebody else accepted in ballot {header.AcceptedIn}");
            }

            if (!_made.TryAdd((header.Index.Value, header.Epoch), digest) && _made[(header.Index.Value, header.Epoch)] != digest)
            {
                throw new ViolationException("P3", $"{node.ReplicaId} has another entry {header} than somebody else");
            }

            CheckReplacement(node, probe, header);
            if (probe.Role == ReplicaRole.Leader && header.AcceptedIn == probe.HardState.Current)
            {
                CheckProposal(node, probe, header);
            }
        }
    }

    // What was accepted stays, or gives way to what a later ballot brings, or, where it was not chosen, to what was.
    private static void CheckReplacement(SimulatedNode node, IReplicaProbe probe, in EntryHeader header)
    {
        EntryHeader before = node.Disk.Image.Contains(header.Index) ? node.Disk.Image.ReadHeader(header.Index) : header;
        if (header.AcceptedIn < before.AcceptedIn && (header.Epoch == before.Epoch || header.Index > probe.Committed))
        {
            throw new ViolationException("P2", $"{node.ReplicaId} had accepted {before} and writes {header} in its place, as if it had not");
        }
    }

    // How far everything is chosen is written along with whatever else is, and at once when others come to decide: those before need not be there after a restart.
    private void CheckWritten(SimulatedNode node, IReplicaProbe probe, ReplicaOutbox outbox)
    {
        EntryIndex written = outbox.HasPersist ? (outbox.Persist.HardState ?? node.Disk.Image.HardState).Committed : EntryIndex.Zero;
        if (outbox.HasPersist && written != probe.Committed)
        {
            throw new ViolationException("P7", $"{node.ReplicaId} knows that everything up to {probe.Committed} is chosen, and writes {written}");
        }

        if (!outbox.HasPersist && !probe.Membership.Equals(_checks.MembershipBefore(node)))
        {
            throw new ViolationException("P10", $"{node.ReplicaId} decides by {probe.Membership} from now on and does not write that");
        }
    }

    // That others decide now is on disk before they are told.
    private void CheckNews(SimulatedNode node, DurableImage durable, SpanReader body)
    {
        EntryIndex written = EntryIndex.Max(durable.HardState.Committed, durable.Snapshot.Index);
        if (News.TryRead(body, out News news) && written < news.Committed && news.Committed <= _history.Last && !_history.MembershipOf(news.Committed.Next).Equals(_history.MembershipOf(written.Next)))
        {
            throw new ViolationException("P10", $"{node.ReplicaId} says that everything up to {news.Committed} is chosen; on its disk is {written}, behind which others decide");
        }
    }

    // A replica proposes where it is a voter, and other members only when the last ones are in force.
    private void CheckProposer(SimulatedNode node, IReplicaProbe probe, in EntryHeader proposal)
    {
        Membership membership = _history.MembershipOf(proposal.Index);
        if (!membership.IsVoter(node.ReplicaId))
        {
            throw new ViolationException("P10", $"{node.ReplicaId} proposes for slot {proposal.Index} and is no voter of {membership}");
        }

        if (proposal.Kind != EntryKind.Configuration || proposal.Epoch != proposal.AcceptedIn)
        {
            return;
        }

        bool isWaiting = !_history.MembershipOf(probe.Committed.Next).Equals(_history.MembershipAsOf(probe.Committed));
        for (EntryIndex slot = probe.Committed.Next; slot < proposal.Index; slot = slot.Next)
        {
            isWaiting |= probe.TryReadEntry(slot, out EntryView open) && open.Header.Kind == EntryKind.Configuration;
        }

        if (isWaiting)
        {
            throw new ViolationException("P10", $"{node.ReplicaId} proposes other members in slot {proposal.Index}, and the last ones are not in force");
        }
    }

    // P4: a quorum of phase 1 told what it accepted in the slot, and the proposal is the one of the highest ballot, or a new one when there was none.
    private void CheckProposal(SimulatedNode node, IReplicaProbe probe, in EntryHeader proposal)
    {
        EntryIndex slot = proposal.Index;
        Epoch ballot = proposal.AcceptedIn;
        if (slot.Value - probe.Committed.Value > _options.Alpha)
        {
            throw new ViolationException("P10", $"{node.ReplicaId} proposes for slot {slot} and knows only that everything up to {probe.Committed} is chosen");
        }

        CheckProposer(node, probe, proposal);
        PaxosReports reports = CheckTold(node, ballot, slot, "proposes");
        EntryHeader best = node.Disk.Image.Contains(slot) ? node.Disk.Image.ReadHeader(slot) : default;
        foreach (EntryHeader told in reports.Of(slot))
        {
            best = told.AcceptedIn > best.AcceptedIn ? told : best;
        }

        Epoch expected = best.Index == slot ? best.Epoch : ballot;
        if (proposal.Epoch != expected)
        {
            throw new ViolationException("P4", $"{node.ReplicaId} proposes {proposal} in ballot {ballot}; by what was accepted it must be the entry of {expected}");
        }
    }

    // P9: what may have been chosen in a slot, and everything behind it, is known when a quorum of those who decide there told of it.
    private PaxosReports CheckTold(SimulatedNode node, Epoch ballot, EntryIndex slot, string deed)
    {
        Membership membership = _history.MembershipOf(slot);
        PaxosReports reports = _reports.GetValueOrDefault((node.ReplicaId, ballot)) ?? new PaxosReports();
        int telling = reports.HowManyTold(slot, membership, node.ReplicaId);
        return telling >= PaxosQuorums.Prepare(_options, membership)
            ? reports
            : throw new ViolationException("P9", $"{node.ReplicaId} {deed} in ballot {ballot} when {telling} of {membership} had promised and told of slot {slot}");
    }

    // What a replica is about to say. The message counts as said only when it leaves.
    private void CheckAnswer(SimulatedNode node, IReplicaProbe probe, ReadOnlySpan<byte> message)
    {
        var type = (PaxosMessage)message[5];
        if (type is not (PaxosMessage.Accepted or PaxosMessage.Promise) || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body))
        {
            return;
        }

        if (envelope.Epoch < _promised.GetValueOrDefault(node.ReplicaId))
        {
            throw new ViolationException("P2", $"{node.ReplicaId} takes part in ballot {envelope.Epoch} after it promised {_promised[node.ReplicaId]}");
        }

        if (type == PaxosMessage.Promise && Promise.TryRead(body, out Promise promise))
        {
            CheckPromise(node, probe, promise);
        }
    }

    // P8: of every slot from the one asked for it says that it is chosen, or what was accepted there.
    private static void CheckPromise(SimulatedNode node, IReplicaProbe probe, in Promise promise)
    {
        if (promise.From < probe.First && promise.Committed < probe.First.Previous)
        {
            throw new ViolationException("P8", $"{node.ReplicaId} has trimmed everything before {probe.First} and says only that {promise.Committed} is chosen");
        }

        SpanReader entries = promise.Entries;
        EntryIndex last = EntryIndex.Min(promise.Through, probe.Last);
        for (EntryIndex slot = EntryIndex.Max(EntryIndex.Max(promise.From, promise.Committed.Next), probe.First); slot <= last; slot = slot.Next)
        {
            bool isTold = !probe.TryReadEntry(slot, out EntryView accepted)
                || (EntryCodec.TryRead(ref entries, out EntryView told) && told.Header == accepted.Header);
            if (!isTold)
            {
                throw new ViolationException("P8", $"{node.ReplicaId} promises and does not tell that it accepted {accepted.Header}");
            }
        }
    }
}
