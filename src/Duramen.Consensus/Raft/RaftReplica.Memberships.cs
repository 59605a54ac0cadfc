using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Raft.Peers;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft;

// Membership changes by joint consensus (thesis 4.3): a joint membership first, and when it is committed, the new one alone.
internal sealed partial class RaftReplica
{
    public void ChangeMembership(RequestToken token, MembershipChange change, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (ReasonAgainstChange(change, out Membership next) is Rejection reason)
        {
            _outbox.Reject(token, reason);
        }
        else
        {
            _outbox.Place(token, AppendMembership(next), Term);
            SendToAll();
        }

        End();
    }

    private Rejection? ReasonAgainstChange(MembershipChange change, out Membership next)
    {
        next = Membership;
        bool knowsCommitted = KnowsCommitted;
        Mutant.Weaken("R10", ref knowsCommitted, true);
        if (_role != ReplicaRole.Leader)
        {
            return Rejection.NotLeader;
        }

        if (_successor != ReplicaId.None)
        {
            return Rejection.Transferring;
        }

        if (!knowsCommitted)
        {
            return Rejection.NotReady;
        }

        if (Membership.IsJoint || _memberships.LatestIndex > _committed)
        {
            return Rejection.ChangePending;
        }

        ReplicaId[] voters = [.. change.Voters];
        ReplicaId[] learners = [.. change.Learners];
        ReplicaId[] outgoing = Membership.ListOf(Membership.Voters);
        bool keepsVoters = voters.Order().SequenceEqual(outgoing);
        if (Membership.TryMake(voters, keepsVoters ? [] : outgoing, learners) is not Membership made || made.Equals(Membership))
        {
            return Rejection.ChangeInvalid;
        }

        next = made;
        return null;
    }

    private EntryIndex AppendMembership(Membership membership)
    {
        EntryIndex index = _log.Last.Next;
        AppendToLog(new EntryHeader(index, Term, EntryKind.Configuration, 0), membership.ToArray());
        return index;
    }

    private void FinishMembershipChange()
    {
        if (_memberships.LatestIndex > _committed)
        {
            return;
        }

        if (Membership.IsJoint)
        {
            AppendMembership(Membership.Settled());
            SendToAll();
        }
        else if (!Membership.IsVoter(_self))
        {
            // It led the group until it could go on without it (thesis 4.2.2); the others hear of the commit before they miss it.
            SendHeartbeats();
            Follow(Term, ReplicaId.None);
        }
    }

    private void MembershipChanged()
    {
        if (_role == ReplicaRole.Leader)
        {
            MatchPeersToMembership();
        }
        else if (_role != ReplicaRole.Follower)
        {
            Follow(Term, ReplicaId.None);
        }
    }

    private void MatchPeersToMembership()
    {
        var peers = new Peer?[Membership.Count];
        for (int slot = 0; slot < peers.Length; slot++)
        {
            ReplicaId member = Membership.Members[slot];
            peers[slot] = member == _self ? null : Find(member) ?? new Peer(member, _log.Last.Next, _options.MaxMessagesInFlight);
        }

        _peers = peers;
    }

    private Peer? Find(ReplicaId member)
    {
        foreach (Peer? peer in _peers)
        {
            if (peer?.Id == member)
            {
                return peer;
            }
        }

        return null;
    }
}
