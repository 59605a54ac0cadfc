using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Replicas;

// What is asked of a leader: to append records, to change the members, to hand over.
internal abstract partial class Replica
{
    private protected ReplicaId _successor;
    private protected long _uncommittedBytes;

    private int _ticksSinceTransfer;

    private protected abstract long MaxUncommittedBytes { get; }

    // The epoch of an entry that changes the members.
    private protected virtual Epoch EpochOfChange => _hard.Current;

    public void Propose(ReadOnlySpan<Proposal> proposals, ReplicaOutbox outbox)
    {
        Begin(outbox);
        bool isPlaced = false;
        foreach (ref readonly Proposal proposal in proposals)
        {
            if (ReasonAgainst(proposal) is Rejection reason)
            {
                _outbox.Reject(proposal.Token, reason);
                continue;
            }

            EntryIndex index = Append(EntryKind.Records, _hard.Current, proposal.RecordCount, proposal.Payload.Span);
            _uncommittedBytes += proposal.Payload.Length;
            _outbox.Place(proposal.Token, index, _hard.Current);
            isPlaced = true;
        }

        if (isPlaced)
        {
            SendToAll();
        }

        End();
    }

    public void ChangeMembership(RequestToken token, MembershipChange change, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if ((ReasonAgainstRequests() ?? ReasonAgainstChange()) is Rejection reason)
        {
            _outbox.Reject(token, reason);
        }
        else if (NextMembership([.. change.Voters], [.. change.Learners]) is not Membership next || next.Equals(Membership))
        {
            _outbox.Reject(token, Rejection.ChangeInvalid);
        }
        else
        {
            _outbox.Place(token, Append(EntryKind.Configuration, EpochOfChange, 0, next.ToArray()), EpochOfChange);
            SendToAll();
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
        else if (TryHandOverTo(to))
        {
            _ticksSinceTransfer = 0;
        }
        else
        {
            _outbox.Reject(token, Rejection.NotAVoter);
        }

        End();
    }

    // A successor that does not take over in time never does.
    private protected void TickTransfer(int timeoutTicks)
    {
        if (_successor != ReplicaId.None && ++_ticksSinceTransfer >= timeoutTicks)
        {
            _successor = ReplicaId.None;
        }
    }

    private protected abstract EntryIndex Append(EntryKind kind, Epoch epoch, int recordCount, ReadOnlySpan<byte> payload);

    private protected abstract void SendToAll();

    // Names a successor, if that is a voter, and lets it take over as soon as it has everything.
    private protected abstract bool TryHandOverTo(NodeId to);

    private protected virtual Rejection? ReasonAgainstLeading() => _role == ReplicaRole.Leader ? null : Rejection.NotLeader;

    // What a protocol has against more entries.
    private protected abstract Rejection? ReasonAgainstEntries();

    // What a protocol has against another membership now.
    private protected abstract Rejection? ReasonAgainstChange();

    private protected virtual Membership? NextMembership(ReplicaId[] voters, ReplicaId[] learners) => Membership.TryMake(voters, [], learners);

    private protected Rejection? ReasonAgainstRequests() => ReasonAgainstLeading() ?? (_successor == ReplicaId.None ? null : Rejection.Transferring);

    private Rejection? ReasonAgainst(in Proposal proposal)
    {
        if (ReasonAgainstRequests() is Rejection reason)
        {
            return reason;
        }

        if (proposal.Payload.Length > ConsensusLimits.MaxPayloadBytes)
        {
            return Rejection.TooLarge;
        }

        return ReasonAgainstEntries() ?? (_uncommittedBytes > MaxUncommittedBytes ? Rejection.Overloaded : null);
    }
}
