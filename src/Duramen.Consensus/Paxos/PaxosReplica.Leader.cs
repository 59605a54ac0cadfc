using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Consensus.Paxos.Panels;
using Duramen.Consensus.Paxos.Peers;
using Duramen.Consensus.Reads;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

// What a leader does: proposes for slots (what may have been chosen there, nothing in gaps, what it is asked to), answers reads, hands over, gives up.
internal sealed partial class PaxosReplica
{
    private readonly ReadQueue _reads = new();

    // The next slot to propose for, and the last one in which this replica had accepted something when it began to lead.
    private EntryIndex _next;
    private EntryIndex _accepted;
    private int _ticksSinceHeartbeat;
    private int _ticksSinceCount;

    // What was acknowledged in earlier ballots is in slots that a quorum told of; and behind those the members of the first open slot promised that nothing more comes from there.
    private bool KnowsCommitted => _committed >= LastAdopted && HasPromises(Current);

    private EntryIndex LastAdopted => EntryIndex.Max(_accepted, _reports.Last);

    private protected override void Read(RequestToken token)
    {
        if (_role != ReplicaRole.Leader)
        {
            _outbox.Reject(token, Rejection.NotLeader);
        }
        else if (_reads.Add(token, _committed))
        {
            StartReadRound();
        }
    }

    private protected override bool TryHandOverTo(NodeId to)
    {
        if (FindVoter(to) is not Peer peer)
        {
            return false;
        }

        _successor = peer.Id;
        HandOverTo(peer);
        return true;
    }

    private protected override Rejection? ReasonAgainstEntries() => _next <= LastAdopted || !MayPropose(_next) ? Rejection.Overloaded : null;

    // In the window, where it is a voter, and when a quorum of those who decide there promised to take part in no lower ballot.
    private bool MayPropose(EntryIndex slot)
    {
        bool isInWindow = slot.Value - _committed.Value <= _options.Alpha;
        Mutant.Weaken("P12", ref isInWindow, true);
        if (!isInWindow)
        {
            return false;
        }

        Panel panel = PanelOf(slot);
        bool hasPromises = HasPromises(panel);
        Mutant.Weaken("P18", ref hasPromises, true);
        return panel.IsVoter && hasPromises;
    }

    private void Lead()
    {
        _role = ReplicaRole.Leader;
        _leader = _self;
        _failures = 0;
        _next = _committed.Next;
        _accepted = _log.Last;
        foreach (Peer peer in _peers)
        {
            peer.Begin(_committed);
        }

        _ticksSinceCount = 0;
        _uncommittedBytes = 0;
        _successor = ReplicaId.None;
        FillSlots();
        SendHeartbeats();
        AdvanceCommit();
    }

    // What may have been chosen is proposed again and gaps are closed with nothing; and when members wait for slots to come into force, these are closed with nothing too.
    private void FillSlots()
    {
        EntryIndex first = _next;
        EntryIndex last = EntryIndex.Max(LastAdopted, new EntryIndex(_memberships.LatestIndex.Value + Lag - 1));
        while (_next <= last && MayPropose(_next))
        {
            FillSlot(_next);
            _next = _next.Next;
        }

        if (_next > first)
        {
            SendToAll();
        }
    }

    private void FillSlot(EntryIndex slot)
    {
        bool isReported = _reports.Take(slot, out EntryView best);
        bool isHere = _log.Has(slot);
        if (isHere && (!isReported || _log.HeaderAt(slot).AcceptedIn > best.Header.AcceptedIn))
        {
            best = _log.Read(slot);
        }

        bool isFree = !isReported && !isHere;
        Mutant.Weaken("P01", ref isFree, true);
        if (isFree)
        {
            Store(new EntryHeader(slot, Promised, EntryKind.Nothing, 0), []);
        }
        else
        {
            Store(best.Header with { AcceptedIn = Promised }, best.Payload);
        }
    }

    private void TickLeader()
    {
        if (++_ticksSinceCount >= _options.ElectionTicks)
        {
            _ticksSinceCount = 0;
            bool isHeard = IsHeardByQuorum();
            Mutant.Weaken("P14", ref isHeard, true);
            if (!isHeard)
            {
                GiveUp();
                return;
            }
        }

        TickTransfer(_options.ElectionTicks);
        if (++_ticksSinceHeartbeat >= _options.HeartbeatTicks)
        {
            SendPrepares();
            SendHeartbeats();
            ConfirmReads();
        }
    }

    // A leader that no quorum answers gets nothing accepted.
    private bool IsHeardByQuorum()
    {
        bool isHeard = Current.CanAccept(Current.Active());
        foreach (Peer peer in _peers)
        {
            peer.IsActive = false;
        }

        return isHeard;
    }

    // The slots up to which it was a voter are chosen. The next ones are others' to propose for.
    private void LeaveToOthers()
    {
        SendHeartbeats();
        Peer? successor = null;
        foreach (Peer peer in _peers)
        {
            bool isBetter = Current.Membership.IsVoter(peer.Id) && (successor is null || peer.Through > successor.Through);
            successor = isBetter ? peer : successor;
        }

        if (successor is not null)
        {
            SendTakeOver(successor);
        }

        StopProposing();
        _role = ReplicaRole.Follower;
        _leader = ReplicaId.None;
        RestartTimer();
    }

    private void StartReadRound()
    {
        _reads.StartRound();
        SendHeartbeats();
        ConfirmReads();
    }

    // A quorum of phase 2 answered in this ballot, so no higher one had its phase 1 done when the round began; and of lower ones everything is known. So what had been acknowledged then is
    // committed by now. The point is that of now, since members may have come into force that decided about later slots before.
    private void ConfirmReads()
    {
        while (_reads.IsAsking)
        {
            bool knowsCommitted = KnowsCommitted;
            Mutant.Weaken("P16", ref knowsCommitted, true);
            bool isAnswered = Current.CanAccept(Current.Answered(_reads.Round));
            Mutant.Weaken("P11", ref isAnswered, true);
            if (!knowsCommitted || !isAnswered || !_reads.Confirm(_outbox, _committed))
            {
                return;
            }

            _reads.StartRound();
            SendHeartbeats();
        }
    }

    private Peer? FindVoter(NodeId node)
    {
        foreach (ReplicaId member in Current.Membership.Members)
        {
            if (member.Node == node && member != _self && Current.Membership.IsVoter(member))
            {
                return FindPeer(member);
            }
        }

        return null;
    }

    private void HandOverTo(Peer peer)
    {
        if (peer.Through == _next.Previous)
        {
            SendTakeOver(peer);
        }
    }

    private void SendTakeOver(Peer peer)
    {
        BeginMessage(PaxosMessage.TakeOver, Promised, peer.Id, PersistId.None, 0, out Span<byte> message);
        MessageEnvelope.Seal(message);
    }
}
