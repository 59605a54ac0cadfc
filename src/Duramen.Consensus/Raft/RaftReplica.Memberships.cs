using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Raft.Peers;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft;

// Membership changes by joint consensus (thesis 4.3): a joint membership first, and when it is committed, the new one alone.
internal sealed partial class RaftReplica
{
    private protected override Rejection? ReasonAgainstChange()
    {
        bool knowsCommitted = KnowsCommitted;
        Mutant.Weaken("R10", ref knowsCommitted, true);
        if (!knowsCommitted)
        {
            return Rejection.NotReady;
        }

        return Membership.IsJoint || IsChangePending ? Rejection.ChangePending : null;
    }

    private protected override Membership? NextMembership(ReplicaId[] voters, ReplicaId[] learners)
    {
        ReplicaId[] outgoing = Membership.ListOf(Membership.Voters);
        bool keepsVoters = voters.Order().SequenceEqual(outgoing);
        return Membership.TryMake(voters, keepsVoters ? [] : outgoing, learners);
    }

    private void FinishMembershipChange()
    {
        if (IsChangePending)
        {
            return;
        }

        if (Membership.IsJoint)
        {
            Append(EntryKind.Configuration, Term, 0, Membership.Settled().ToArray());
            SendToAll();
        }
        else if (!Membership.IsVoter(_self))
        {
            // It led the group until it could go on without it (thesis 4.2.2); the others hear of the commit before they miss it.
            SendHeartbeats();
            Follow(Term, ReplicaId.None);
        }
    }

    private protected override void OnMembershipChanged()
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
