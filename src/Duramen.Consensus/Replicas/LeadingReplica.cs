using System.Numerics;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Reads;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Replicas;

/// <summary>
/// What a leader of a log without gaps does in every protocol: keeps track of each other member, tells them that it is there, counts who answers, and asks whether it still leads before it
/// answers reads.
/// </summary>
internal abstract class LeadingReplica<TPeer> : LogReplica
    where TPeer : PeerProgress
{
    private protected readonly ReadQueue _reads = new();

    // By place in the membership; null at this replica's own. Empty while it leads nobody.
    private protected TPeer?[] _peers = [];
    private protected int _ticksSinceHeartbeat;
    private protected int _ticksSinceCount;

    private protected LeadingReplica(MessageProtocol protocol, ReplicaStart start)
        : base(protocol, start)
    {
    }

    private protected sealed override bool TryHandOverTo(NodeId to)
    {
        if (FindVoter(to) is not TPeer peer)
        {
            return false;
        }

        _successor = peer.Id;
        HandOverTo(peer);
        return true;
    }

    private protected sealed override void SendToAll()
    {
        foreach (TPeer? peer in _peers)
        {
            if (peer is not null)
            {
                SendEntries(peer);
            }
        }
    }

    private protected void SendHeartbeats()
    {
        _ticksSinceHeartbeat = 0;
        foreach (TPeer? peer in _peers)
        {
            if (peer is not null)
            {
                SendHeartbeat(peer);
            }
        }
    }

    private protected void StopLeading()
    {
        _reads.Reject(_outbox);
        _successor = ReplicaId.None;
        _peers = [];
    }

    // A leader that the majority does not answer leads nobody (Raft thesis 6.2).
    private protected bool IsHeardByMajority()
    {
        ulong active = Membership.BitOf(_self);
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            if (_peers[slot] is { IsActive: true } peer)
            {
                active |= 1UL << slot;
                peer.IsActive = false;
            }
        }

        return Quorum.IsReached(active, Membership);
    }

    // A round of messages answered by a majority in this epoch: so none of them had accepted a later one when the round began, and nothing was committed in a later one.
    private protected void StartReadRound()
    {
        _reads.StartRound();
        SendHeartbeats();
        ConfirmReads();
    }

    private protected void ConfirmReads()
    {
        while (_reads.IsAsking)
        {
            bool isConfirmed = Quorum.IsReached(WhoAnswered(_reads.Round), Membership);
            Mutant.Weaken("R12", ref isConfirmed, true);
            Mutant.Weaken("V12", ref isConfirmed, true);
            Mutant.Weaken("Z11", ref isConfirmed, true);
            if (!isConfirmed || !_reads.Confirm(_outbox))
            {
                return;
            }

            _reads.StartRound();
            SendHeartbeats();
        }
    }

    private protected TPeer? FindPeer(ReplicaId member)
    {
        int slot = Membership.SlotOf(member);
        return slot < 0 || _peers.Length == 0 ? null : _peers[slot];
    }

    private protected abstract void SendHeartbeat(TPeer peer);

    // The leader's own write is not waited for: a member may have an entry on its disk before the leader has (Raft thesis 10.2.1).
    private protected abstract void SendEntries(TPeer peer);

    // Lets a successor take over if it has everything.
    private protected abstract void HandOverTo(TPeer peer);

    private TPeer? FindVoter(NodeId node)
    {
        for (ulong left = _peers.Length == 0 ? 0 : Membership.Voters; left != 0; left &= left - 1)
        {
            if (_peers[BitOperations.TrailingZeroCount(left)] is TPeer peer && peer.Id.Node == node)
            {
                return peer;
            }
        }

        return null;
    }

    private ulong WhoAnswered(long round)
    {
        ulong answered = Membership.BitOf(_self);
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            answered |= _peers[slot] is TPeer peer && peer.Round >= round ? 1UL << slot : 0;
        }

        return answered;
    }
}
