using Duramen.Consensus.Contract;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Zab.Messages;
using Duramen.Consensus.Zab.Peers;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// What goes on through the phases at who heads an epoch, established or not: it says that it is there, counts who answers, and gives up. And what a leader does beside proposing: reads, handing over.
internal sealed partial class ZabReplica
{
    // Whether it leads an epoch or tries to.
    private bool IsHeading => _role is ReplicaRole.Candidate or ReplicaRole.Leader;

    private protected override void Read(RequestToken token)
    {
        Rejection? against = ReasonAgainstLeading();
        Mutant.Weaken("Z11", ref against, _leader == _self ? null : against);
        if (against is Rejection reason)
        {
            _outbox.Reject(token, reason);
        }
        else if (_reads.Add(token, _committed))
        {
            StartReadRound();
        }
    }

    private void BeginHeading()
    {
        _ticksSinceCount = 0;
        _peers = new Follower?[_membership.Count];
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            ReplicaId member = _membership.Members[slot];
            _peers[slot] = member == _self ? null : new Follower(member);
        }
    }

    // It never leads the same epoch again: others may have entries of it that this replica lost or forgot.
    private void StopHeading()
    {
        if (IsHeading)
        {
            StopLeading();
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

        TickTransfer(_options.ElectionTicks);
        if (++_ticksSinceHeartbeat >= _options.HeartbeatTicks)
        {
            SendHeartbeats();
        }
    }

    // Each follower is told what it is to know next; a proposal without entries names the last one that was sent, so that it sees what it missed.
    private protected override void SendHeartbeat(Follower follower)
    {
        if (IsDiscovering)
        {
            // Learners come later: one that accepted an epoch which nobody leads could not follow any more, and has no voice to say so.
            if (_membership.IsVoter(follower.Id))
            {
                SendNewEpoch(follower.Id);
            }
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

    private protected override void HandOverTo(Follower follower)
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

}
