using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Raft.Messages;
using Duramen.Consensus.Raft.Peers;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft;

// What a leader does: begins, asks whether it still leads, answers reads, takes proposals, hands over, ends.
internal sealed partial class RaftReplica
{
    private EntryIndex _firstOfTerm;

    // Until it committed an entry of its own term, a leader does not know what is committed (thesis 6.4, and 4.1 with the correction of 2015).
    private bool KnowsCommitted => _committed >= _firstOfTerm;

    private protected override void Read(RequestToken token)
    {
        bool knowsCommitted = KnowsCommitted;
        Mutant.Weaken("R12", ref knowsCommitted, true);
        if (_role != ReplicaRole.Leader)
        {
            _outbox.Reject(token, Rejection.NotLeader);
        }
        else if (!knowsCommitted)
        {
            _outbox.Reject(token, Rejection.NotReady);
        }
        else if (_reads.Add(token, _committed))
        {
            StartReadRound();
        }
    }

    private protected override Rejection? ReasonAgainstEntries() => null;

    private void Lead()
    {
        _role = ReplicaRole.Leader;
        _leader = _self;
        _ticksSinceHeartbeat = 0;
        _ticksSinceCount = 0;
        _uncommittedBytes = 0;
        _successor = ReplicaId.None;
        _peers = [];
        MatchPeersToMembership();
        _firstOfTerm = _log.Last.Next;
        AppendToLog(new EntryHeader(_firstOfTerm, Term, EntryKind.Nothing, 0), []);
        SendToAll();
    }

    private void TickLeader()
    {
        if (++_ticksSinceCount >= _options.ElectionTicks)
        {
            _ticksSinceCount = 0;
            bool isHeard = IsHeardByMajority();
            Mutant.Weaken("R14", ref isHeard, true);
            if (!isHeard)
            {
                Follow(Term, ReplicaId.None);
                return;
            }
        }

        TickTransfer(_options.ElectionTicks);
        if (++_ticksSinceHeartbeat >= _options.HeartbeatTicks)
        {
            SendHeartbeats();

            // Whoever was asked may have left the group without an answer.
            ConfirmReads();
        }
    }

    private void AdvanceCommit()
    {
        Span<EntryIndex> matched = stackalloc EntryIndex[Membership.Count];
        int own = Membership.SlotOf(_self);
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            matched[slot] = _peers[slot]?.Matched ?? EntryIndex.Zero;
        }

        if (own >= 0)
        {
            // Its own log counts as far as it is synced, like everybody's (thesis 10.2.1).
            EntryIndex synced = _persists.Synced;
            Mutant.Weaken("R06", ref synced, _log.Last);
            matched[own] = synced;
        }

        EntryIndex reached = Quorum.Reached(matched, Membership);

        // Entries of earlier terms are committed by one of this term, never by counting (thesis 3.6.2, figure 3.7).
        bool isOfThisTerm = reached >= _firstOfTerm;
        Mutant.Weaken("R04", ref isOfThisTerm, true);
        if (reached > _committed && isOfThisTerm)
        {
            ReleaseBytes(reached);
            CommitTo(reached);
            FinishMembershipChange();
        }
    }

    private void ReleaseBytes(EntryIndex upTo)
    {
        for (EntryIndex index = EntryIndex.Max(_committed.Next, _firstOfTerm); index <= upTo && _uncommittedBytes > 0; index = index.Next)
        {
            _uncommittedBytes -= _log.Read(index) is { Header.Kind: EntryKind.Records } entry ? entry.Payload.Length : 0;
        }
    }

    private protected override void HandOverTo(Peer peer)
    {
        if (peer.Matched == _log.Last)
        {
            BeginMessage(RaftMessage.TakeOver, peer.Id, PersistId.None, 0, out Span<byte> message);
            MessageEnvelope.Seal(message);
        }
    }
}
