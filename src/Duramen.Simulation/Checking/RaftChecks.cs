using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Raft.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>What Raft promises: R1 to R13 of docs/simulation.md, and C7, which is about its messages.</summary>
internal sealed class RaftChecks : IProtocolChecks
{
    private readonly GroupChecks _checks;
    private readonly Dictionary<long, ReplicaId> _leaders = [];
    private readonly Dictionary<(long Index, long Term), (ulong Digest, long PreviousTerm)> _entries = [];
    private readonly Dictionary<(ReplicaId Voter, long Term), ReplicaId> _votes = [];

    public RaftChecks(GroupChecks checks) => _checks = checks;

    public void Stepped(SimulatedNode node, ReplicaOutbox outbox)
    {
        IReplicaProbe probe = node.Probe!;
        if (outbox.RoleChanged && probe.Role == ReplicaRole.Leader)
        {
            CheckNewLeader(node, probe);
        }

        if (outbox.Committed > EntryIndex.Zero && probe.Leader == node.ReplicaId && !outbox.RoleChanged)
        {
            CheckCommit(node, probe, outbox.Committed);
        }

        if (outbox.HasPersist)
        {
            CheckPersist(node, probe, outbox.Persist);
            if (outbox.Persist.TruncateFrom > EntryIndex.Zero || outbox.Persist.Snapshot is not null)
            {
                RaftMemberships.CheckNewest(node, probe);
            }
        }

        if (outbox.Committed > EntryIndex.Zero && probe.Role == ReplicaRole.Leader)
        {
            RaftMemberships.CheckLeads(node, probe);
        }
    }

    public void Received(SimulatedNode node, ReadOnlySpan<byte> message, ReplicaOutbox outbox)
    {
        if (outbox.IsEmpty || (RaftMessage)message[5] is not (RaftMessage.VoteRequest or RaftMessage.AppendRequest)
            || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body))
        {
            return;
        }

        switch ((RaftMessage)envelope.Type)
        {
            case RaftMessage.VoteRequest when outbox.HasPersist && VoteRequest.TryRead(body, out VoteRequest request) && request.IsPreVote:
                throw new ViolationException("R10", $"{node.ReplicaId} changed its state because of a pre-vote");
            case RaftMessage.VoteRequest when VoteRequest.TryRead(body, out VoteRequest request) && !request.IsPreVote:
                CheckGrant(node, request, outbox);
                break;
            case RaftMessage.AppendRequest when LogPart.TryRead(body, newest: envelope.Epoch, out LogPart part):
                CheckMatch(node, part, outbox);
                break;
            default:
                break;
        }
    }

    public void Sends(SimulatedNode node, ReadOnlySpan<byte> message)
    {
        // A replica seals what it sends; opening it again would only compute the checksum twice.
        var type = (RaftMessage)message[5];
        if (type == RaftMessage.AppendRequest || !MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out SpanReader body))
        {
            return;
        }

        switch (type)
        {
            case RaftMessage.VoteRequest when VoteRequest.TryRead(body, out VoteRequest request) && !request.IsPreVote:
                CheckVote(node, envelope.Epoch, node.ReplicaId);
                break;
            case RaftMessage.VoteResponse when VoteResponse.TryRead(body, out VoteResponse response) && response.IsGranted && !response.IsPreVote:
                CheckVote(node, new Epoch(response.Term), envelope.To);
                break;
            case RaftMessage.AppendResponse when AppendResponse.TryRead(body, out AppendResponse response) && response.IsMatch:
                CheckAcknowledgement(node, envelope.To, envelope.Epoch, response.Index);
                break;
            case RaftMessage.TakeOver:
                _checks.CheckHandOver(node, envelope.To);
                break;
            default:
                break;
        }
    }

    // A vote is given to a log that holds all that the voter's may hold for good: of a later last term, or of the same one and no shorter.
    private static void CheckGrant(SimulatedNode node, in VoteRequest request, ReplicaOutbox outbox)
    {
        IReplicaProbe probe = node.Probe!;
        Epoch lastTerm = probe.TryReadEntry(probe.Last, out EntryView last) ? last.Header.Epoch : probe.Snapshot.Epoch;
        if ((request.LastTerm, request.LastIndex).CompareTo((lastTerm, probe.Last)) >= 0)
        {
            return;
        }

        for (int i = 0; i < outbox.MessageCount; i++)
        {
            if (MessageEnvelope.TryOpen(outbox.Message(i).Bytes, out MessageEnvelope envelope, out SpanReader body) && (RaftMessage)envelope.Type == RaftMessage.VoteResponse
                && VoteResponse.TryRead(body, out VoteResponse response) && response.IsGranted)
            {
                throw new ViolationException(
                    "R5", $"{node.ReplicaId} has entries up to {probe.Last} of term {lastTerm} and votes for {envelope.To}, whose last is {request.LastIndex} of term {request.LastTerm}");
            }
        }
    }

    private void CheckMatch(SimulatedNode node, in LogPart part, ReplicaOutbox outbox)
    {
        if (outbox.Committed > EntryIndex.Min(part.Committed, part.Last))
        {
            throw new ViolationException("R8", $"{node.ReplicaId} commits up to {outbox.Committed} on a message that matched up to {part.Last}");
        }

        IReplicaProbe probe = node.Probe!;
        bool isMatch = part.Previous <= _checks.CommittedBefore(node)
            || (probe.TryReadEntry(part.Previous, out EntryView previous) && previous.Header.Epoch == part.PreviousEpoch);
        for (int i = 0; i < outbox.MessageCount; i++)
        {
            if (MessageEnvelope.TryOpen(outbox.Message(i).Bytes, out MessageEnvelope envelope, out SpanReader body) && (RaftMessage)envelope.Type == RaftMessage.AppendResponse
                && AppendResponse.TryRead(body, out AppendResponse response) && response.IsMatch
                && (!isMatch || response.Index > EntryIndex.Max(part.Last, _checks.CommittedBefore(node))))
            {
                throw new ViolationException("R8", $"{node.ReplicaId} acknowledges entries up to {response.Index} on a message about {part.Last}, behind {part.Previous} of term {part.PreviousEpoch}");
            }
        }
    }

    private void CheckNewLeader(SimulatedNode node, IReplicaProbe probe)
    {
        long term = probe.HardState.Current.Number;
        RaftMemberships.CheckNewest(node, probe);
        RaftMemberships.CheckLeads(node, probe);
        if (!_leaders.TryAdd(term, node.ReplicaId) && _leaders[term] != node.ReplicaId)
        {
            throw new ViolationException("R1", $"{node.ReplicaId} and {_leaders[term]} both lead in term {term}");
        }

        bool isElected = Majority.Of(probe.Membership, (Checks: this, Leader: node.ReplicaId, term), static (voter, what) => what.Checks.HasVote(voter, what.Leader, what.term));
        if (!isElected)
        {
            throw new ViolationException("R5", $"{node.ReplicaId} leads in term {term} without the votes of a majority of {probe.Membership}, its own synced");
        }

        // Its own first entry is there already and never committed.
        for (EntryIndex index = probe.First; index <= _checks.Ledger.Last; index = index.Next)
        {
            Ledger.Line line = _checks.Ledger.At(index);
            if (line.During.Number < term && (!probe.TryReadEntry(index, out EntryView entry) || entry.Header.Epoch != line.Epoch))
            {
                throw new ViolationException("R4", $"{node.ReplicaId} leads in term {term} without entry {index}, which was committed in term {line.During}");
            }
        }
    }

    private void CheckPersist(SimulatedNode node, IReplicaProbe probe, in PersistEffect persist)
    {
        var reader = new SpanReader(persist.Entries);
        bool leads = probe.Role == ReplicaRole.Leader;
        if (persist.TruncateFrom > EntryIndex.Zero && persist.Snapshot is null)
        {
            CheckTruncation(node, persist, leads);
        }

        while (!reader.IsAtEnd)
        {
            if (!EntryCodec.TryRead(ref reader, out EntryView entry))
            {
                throw new ViolationException("C11", $"{node.ReplicaId} persists what is no entry");
            }

            CheckMatching(node, probe, entry);
            if (entry.Header.Kind == EntryKind.Configuration && leads)
            {
                CheckChange(node, probe, entry.Header);
                RaftMemberships.CheckSuccession(node, probe, entry);
            }
        }
    }

    private void CheckTruncation(SimulatedNode node, in PersistEffect persist, bool leads)
    {
        if (leads && persist.HardState is null)
        {
            throw new ViolationException("R2", $"{node.ReplicaId} leads and cuts its own log from {persist.TruncateFrom}");
        }

        if (persist.TruncateFrom <= _checks.CommittedBefore(node))
        {
            throw new ViolationException("R8", $"{node.ReplicaId} cuts its log from {persist.TruncateFrom}, which is committed");
        }

        var reader = new SpanReader(persist.Entries);
        bool isReplaced = EntryCodec.TryRead(ref reader, out EntryView entry) && entry.Header.Index == persist.TruncateFrom
            && node.Disk.Image.Last >= persist.TruncateFrom && node.Disk.Image.ReadHeader(persist.TruncateFrom).Epoch != entry.Header.Epoch;
        if (!isReplaced)
        {
            throw new ViolationException("R8", $"{node.ReplicaId} cuts its log from {persist.TruncateFrom} without a conflict there");
        }
    }

    private void CheckMatching(SimulatedNode node, IReplicaProbe probe, in EntryView entry)
    {
        EntryIndex before = entry.Header.Index.Previous;
        long previousTerm = probe.TryReadEntry(before, out EntryView previous) ? previous.Header.Epoch.Number
            : before == probe.Snapshot.Index ? probe.Snapshot.Epoch.Number : -1;
        (long, long) key = (entry.Header.Index.Value, entry.Header.Epoch.Number);
        (ulong Digest, long PreviousTerm) value = (Ledger.DigestOf(entry), previousTerm);
        if (!_entries.TryAdd(key, value) && _entries[key] != value)
        {
            throw new ViolationException("R3", $"{node.ReplicaId} has another entry {entry.Header}, or another before it, than somebody else");
        }
    }

    private static void CheckChange(SimulatedNode node, IReplicaProbe probe, in EntryHeader change)
    {
        bool knowsCommitted = probe.Committed < probe.First
            || (probe.TryReadEntry(probe.Committed, out EntryView committed) && committed.Header.Epoch == change.Epoch);
        if (!knowsCommitted)
        {
            throw new ViolationException("R9", $"{node.ReplicaId} changes the membership in term {change.Epoch} before it committed an entry of it");
        }

        for (EntryIndex index = EntryIndex.Max(probe.First, probe.Committed.Next); index < change.Index; index = index.Next)
        {
            if (probe.TryReadEntry(index, out EntryView entry) && entry.Header.Kind == EntryKind.Configuration)
            {
                throw new ViolationException("R9", $"{node.ReplicaId} changes the membership at {change.Index} while the change at {index} is not committed");
            }
        }
    }

    private void CheckCommit(SimulatedNode node, IReplicaProbe probe, EntryIndex committed)
    {
        if (!probe.TryReadEntry(committed, out EntryView entry))
        {
            return;
        }

        if (entry.Header.Epoch != probe.HardState.Current)
        {
            throw new ViolationException("R7", $"{node.ReplicaId} leads in term {probe.HardState.Current} and commits {entry.Header}, an entry of an earlier one, by itself");
        }

        if (!_checks.IsOnMajority(_checks.MembershipBefore(node), committed, entry.Header.Epoch))
        {
            throw new ViolationException("R7", $"{node.ReplicaId} commits entry {committed}, which is not synced on a majority of {_checks.MembershipBefore(node)}");
        }
    }

    // A vote counts when it has left, the leader's own when it is on disk.
    private bool HasVote(ReplicaId voter, ReplicaId leader, long term) =>
        voter == leader
            ? _checks.DurableOf(voter).HardState is HardState synced && synced.Current.Number == term && synced.Vote == leader
            : _votes.TryGetValue((voter, term), out ReplicaId candidate) && candidate == leader;

    private void CheckVote(SimulatedNode node, Epoch term, ReplicaId candidate)
    {
        HardState synced = _checks.DurableOf(node).HardState;
        if (synced.Current < term || (synced.Current == term && synced.Vote != candidate))
        {
            throw new ViolationException("R6", $"{node.ReplicaId} votes for {candidate} in term {term}, and its disk says {synced}");
        }

        if (!_votes.TryAdd((node.ReplicaId, term.Number), candidate) && _votes[(node.ReplicaId, term.Number)] != candidate)
        {
            throw new ViolationException("R6", $"{node.ReplicaId} votes in term {term} for {candidate} after {_votes[(node.ReplicaId, term.Number)]}");
        }
    }

    private void CheckAcknowledgement(SimulatedNode node, ReplicaId leader, Epoch term, EntryIndex upTo)
    {
        DurableImage durable = _checks.DurableOf(node);

        // One sync may cover the acknowledgement's write and a later term's truncation: then it speaks of a moment that was, and the later term is what counts.
        if (durable.HardState.Current < term || (durable.HardState.Current == term && durable.Last < upTo))
        {
            throw new ViolationException("C7", $"{node.ReplicaId} acknowledges entries up to {upTo} in term {term}; on its disk are {durable.Last} and {durable.HardState}");
        }

        // A leader cuts nothing, so what it has at that index is what it had when it sent it.
        bool isTheirs = _checks.ProbeOf(leader) is not { Role: ReplicaRole.Leader } probe || probe.HardState.Current != term || durable.HardState.Current != term
            || !(upTo > probe.Last || (probe.TryReadEntry(upTo, out EntryView entry) && !durable.Holds(upTo, entry.Header.Epoch)));
        if (!isTheirs)
        {
            throw new ViolationException("R3", $"{node.ReplicaId} acknowledges entry {upTo} in term {term}, and has another one there than the leader {leader}");
        }
    }
}
