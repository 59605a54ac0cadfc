using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Zab.Messages;
using Duramen.Consensus.Zab.Peers;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// Phase 3: the leader of an established epoch takes proposals, sends them in order without waiting for answers, and commits what a majority has.
internal sealed partial class ZabReplica
{
    private protected override Rejection? ReasonAgainstEntries()
    {
        // The entry that ends an era is its last.
        bool isEnding = IsChangePending;
        Mutant.Weaken("Z12", ref isEnding, false);
        return isEnding ? Rejection.ChangePending : null;
    }

    // Until the epoch is established its leader does not know what is committed.
    private protected override Rejection? ReasonAgainstLeading() => _role switch
    {
        ReplicaRole.Leader => null,
        ReplicaRole.Candidate when _leader == _self => Rejection.NotReady,
        _ => Rejection.NotLeader,
    };

    // Everything committed in earlier epochs is in the history with which this one began, and now a majority has it: it is delivered before anything new is proposed.
    private void Lead()
    {
        _role = ReplicaRole.Leader;
        _uncommittedBytes = 0;
        CommitTo(_start);
        if (_role == ReplicaRole.Leader)
        {
            SendHeartbeats();
        }
    }

    private protected override void SendEntries(Follower follower)
    {
        while (follower.IsSynchronised && follower.Sent < _log.Last && follower.Sent >= _log.First.Previous
            && follower.Sent.Value - follower.Acknowledged.Value < _options.MaxEntriesInFlight)
        {
            follower.Sent = SendPart(ZabMessage.Propose, follower.Id, follower.Sent, _log.Last);
        }
    }

    private void ReceivePropose(ReplicaId from, Epoch epoch, in LogPart part)
    {
        if (!IsFromLeader(from, epoch))
        {
            return;
        }

        if (CurrentEpoch < epoch || !IsBehind(part))
        {
            AskToResume(from);
        }
        else if (TakeEntries(part.Entries, part.Count, part.Last))
        {
            _ticksSinceResume = part.Count > 0 ? 0 : _ticksSinceResume;
            CommitTo(EntryIndex.Min(part.Committed, part.Last));
            if (EraNumber.Of(epoch) == Era)
            {
                PersistId after = Barrier;
                Mutant.Weaken("Z09", ref after, PersistId.None);
                SendAck(from, epoch, part.Round, after);
            }
        }
    }

    private void SendAck(ReplicaId to, Epoch epoch, long round, PersistId after)
    {
        SpanWriter writer = BeginMessage((byte)ZabMessage.Ack, epoch, to, after, Ack.SizeBytes, out Span<byte> message);
        new Ack(_log.Last, round).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    private void ReceiveAck(ReplicaId from, Epoch epoch, in Ack ack)
    {
        bool isForHere = IsOfThisEra(from, epoch) && epoch == AcceptedEpoch && _leader == _self;
        if (!isForHere || FindPeer(from) is not Follower follower || ack.Last > _log.Last)
        {
            return;
        }

        follower.IsActive = true;
        bool isNews = follower.Acknowledge(ack);
        EstablishEpoch();
        ConfirmReads();
        if (isNews && _role == ReplicaRole.Leader)
        {
            AdvanceCommit();
        }

        // Committing may have ended the era.
        if (_role == ReplicaRole.Leader)
        {
            SendEntries(follower);
            if (follower.Id == _successor)
            {
                HandOverTo(follower);
            }
        }
    }

    private void AdvanceCommit()
    {
        Span<EntryIndex> acknowledged = stackalloc EntryIndex[_membership.Count];
        for (int slot = 0; slot < _peers.Length; slot++)
        {
            acknowledged[slot] = _peers[slot]?.Acknowledged ?? EntryIndex.Zero;
        }

        // Its own history counts as far as it is synced, like everybody's.
        EntryIndex synced = _persists.LastSynced >= _starting ? _persists.Synced : EntryIndex.Zero;
        Mutant.Weaken("Z10", ref synced, _log.Last);
        acknowledged[_membership.SlotOf(_self)] = synced;
        EntryIndex reached = Quorum.Reached(acknowledged, _membership);
        if (reached > _committed)
        {
            ReleaseBytes(reached);
            CommitTo(reached);
        }
    }

    private void ReleaseBytes(EntryIndex upTo)
    {
        for (EntryIndex index = EntryIndex.Max(_committed, _start).Next; index <= upTo && _uncommittedBytes > 0; index = index.Next)
        {
            _uncommittedBytes -= _log.Read(index) is { Header.Kind: EntryKind.Records } entry ? entry.Payload.Length : 0;
        }
    }
}
