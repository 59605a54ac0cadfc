using Duramen.Consensus.Contract;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Reads;
using Duramen.Consensus.Zab.Messages;
using Duramen.Consensus.Zab.Peers;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// What goes on through the phases at who heads an epoch, established or not: it says that it is there, counts who answers, and gives up. And what a leader does beside proposing: reads, handing over.
internal sealed partial class ZabReplica
{
    private readonly ReadQueue _reads = new();

    // By place in the membership; null at this replica's own.
    private Follower?[] _followers = [];
    private int _ticksSinceHeartbeat;
    private int _ticksSinceCount;
    private ReplicaId _successor;
    private int _ticksSinceTransfer;

    // Whether it leads an epoch or tries to.
    private bool IsHeading => _role is ReplicaRole.Candidate or ReplicaRole.Leader;

    public void Read(RequestToken token, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (ReasonAgainstRequests() is Rejection reason)
        {
            _outbox.Reject(token, reason);
        }
        else if (_reads.Add(token, _committed))
        {
            StartReadRound();
        }

        End();
    }

    public void TransferLeadership(RequestToken token, NodeId to, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (ReasonAgainstRequests() is Rejection reason)
        {
            _outbox.Reject(token, reason);
        }
        else if (_successor != ReplicaId.None)
        {
            _outbox.Reject(token, Rejection.Transferring);
        }
        else if (FindVoter(to) is not Follower follower)
        {
            _outbox.Reject(token, Rejection.NotAVoter);
        }
        else
        {
            _successor = follower.Id;
            _ticksSinceTransfer = 0;
            HandOverTo(follower);
        }

        End();
    }

    private void BeginHeading()
    {
        _ticksSinceCount = 0;
        _followers = new Follower?[_membership.Count];
        for (int slot = 0; slot < _followers.Length; slot++)
        {
            ReplicaId member = _membership.Members[slot];
            _followers[slot] = member == _self ? null : new Follower(member);
        }
    }

    // It never leads the same epoch again: others may have entries of it that this replica lost or forgot.
    private void StopHeading()
    {
        if (IsHeading)
        {
            _reads.Reject(_outbox);
            _successor = ReplicaId.None;
            _followers = [];
            _role = ReplicaRole.Follower;
            _leader = ReplicaId.None;
            RestartTimer();
        }
    }

    private void TickHead()
    {
        // Discovery that does not get on: somebody accepted the epoch from another, or who has the best history died.
        if (IsDiscovering && ++_ticksSinceLeader >= _electionTimeoutTicks)
        {
            StopHeading();
            return;
        }

        if (++_ticksSinceCount >= _options.ElectionTicks)
        {
            _ticksSinceCount = 0;
            bool isHeard = IsHeardByMajority();
            Mutant.Weaken("Z13", ref isHeard, true);
            if (!isHeard)
            {
                StopHeading();
                return;
            }
        }

        // A successor that did not take over in an election's time may never do so.
        if (_successor != ReplicaId.None && ++_ticksSinceTransfer >= _options.ElectionTicks)
        {
            _successor = ReplicaId.None;
        }

        if (++_ticksSinceHeartbeat >= _options.HeartbeatTicks)
        {
            SendHeartbeats();
        }
    }

    // A leader that the majority does not answer leads nobody.
    private bool IsHeardByMajority()
    {
        ulong active = _membership.BitOf(_self);
        for (int slot = 0; slot < _followers.Length; slot++)
        {
            if (_followers[slot] is Follower { IsActive: true } follower)
            {
                active |= 1UL << slot;
                follower.IsActive = false;
            }
        }

        return Quorum.IsReached(active, _membership);
    }

    private void SendHeartbeats()
    {
        _ticksSinceHeartbeat = 0;
        foreach (Follower? follower in _followers)
        {
            if (follower is not null)
            {
                SendHeartbeat(follower);
            }
        }
    }

    // Each follower is told what it is to know next; a proposal without entries names the last one that was sent, so that it sees what it missed.
    private void SendHeartbeat(Follower follower)
    {
        if (IsDiscovering)
        {
            SendNewEpoch(follower.Id);
        }
        else if (!follower.IsSynchronised)
        {
            SendNewLeader(follower);
        }
        else
        {
            EntryIndex last = EntryIndex.Max(follower.Sent, _log.First.Previous);
            SendPart(ZabMessage.Propose, follower.Id, last, last);
        }
    }

    // A round of messages answered by a majority in this epoch: so none of them had accepted a later one when the round began, and nothing was committed in a later one.
    private void StartReadRound()
    {
        _reads.StartRound();
        SendHeartbeats();
        ConfirmReads();
    }

    private void ConfirmReads()
    {
        while (_reads.IsAsking)
        {
            bool isConfirmed = Quorum.IsReached(WhoAnswered(_reads.Round), _membership);
            Mutant.Weaken("Z11", ref isConfirmed, true);
            if (!isConfirmed || !_reads.Confirm(_outbox))
            {
                return;
            }

            _reads.StartRound();
            SendHeartbeats();
        }
    }

    private ulong WhoAnswered(long round)
    {
        ulong answered = _membership.BitOf(_self);
        for (int slot = 0; slot < _followers.Length; slot++)
        {
            answered |= _followers[slot] is Follower follower && follower.Round >= round ? 1UL << slot : 0;
        }

        return answered;
    }

    private void HandOverTo(Follower follower)
    {
        if (follower.Acknowledged == _log.Last)
        {
            SendBare(ZabMessage.TakeOver, follower.Id);
        }
    }

    // Nobody has to be asked whether there is a leader: the present one wishes it.
    private void ReceiveTakeOver(ReplicaId from, Epoch epoch)
    {
        bool isFromLeader = from == _leader || (_leader == ReplicaId.None && !IsHeading);
        if (IsOfThisEra(from, epoch) && epoch == AcceptedEpoch && CurrentEpoch == epoch && isFromLeader && _membership.IsVoter(_self))
        {
            BeginDiscovery(epoch, isTransfer: true);
        }
    }

    private Follower? FindFollower(ReplicaId member)
    {
        int slot = _membership.SlotOf(member);
        return slot < 0 || _followers.Length == 0 ? null : _followers[slot];
    }

    private Follower? FindVoter(NodeId node)
    {
        foreach (ReplicaId voter in _voters)
        {
            if (voter.Node == node)
            {
                return FindFollower(voter);
            }
        }

        return null;
    }
}
