using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped;

// Changes of membership (7): an entry that is the last of its era. The old members commit it, and with that the new ones decide, beginning with the view that the entry names.
internal sealed partial class ViewstampedReplica
{
    private Membership _membership = Membership.Nobody;
    private EntryIndex _eraBegan;

    // The voters in the order in which they are primaries.
    private ReplicaId[] _turns = [];

    // A replica that is no voter of its era keeps telling those who are, until a majority of them knows (7.1: "replicas being replaced").
    private bool _isUsher;
    private ulong _ushered;
    private int _ticksSinceUshered;

    private bool IsChangePending => _memberships.LatestIndex > _committed;

    public void ChangeMembership(RequestToken token, MembershipChange change, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (ReasonAgainstChange(change, out Membership next) is Rejection reason)
        {
            _outbox.Reject(token, reason);
        }
        else
        {
            var header = new EntryHeader(_log.Last.Next, ViewNumber.BegunIn(View), EntryKind.Configuration, 0);
            AppendToLog(header, next.ToArray());
            _outbox.Place(token, header.Index, header.Epoch);
            SendToAll();
        }

        End();
    }

    private Rejection? ReasonAgainstChange(MembershipChange change, out Membership next)
    {
        next = _membership;
        if (_role != ReplicaRole.Leader)
        {
            return Rejection.NotLeader;
        }

        if (_successor != ReplicaId.None)
        {
            return Rejection.Transferring;
        }

        if (IsChangePending)
        {
            return Rejection.ChangePending;
        }

        // Before the next era a majority of this one has everything with which it began.
        if (!KnowsCommitted)
        {
            return Rejection.NotReady;
        }

        ReplicaId[] voters = [.. change.Voters];
        ReplicaId[] learners = [.. change.Learners];
        if (Membership.TryMake(voters, [], learners) is not Membership made || made.Equals(_membership))
        {
            return Rejection.ChangeInvalid;
        }

        next = made;
        return null;
    }

    private ReplicaId PrimaryOf(Epoch view) => _turns.Length == 0 ? ReplicaId.None : _turns[ViewNumber.InEra(view) % _turns.Length];

    private void Govern(Membership membership, EntryIndex began)
    {
        _membership = membership;
        _eraBegan = began;
        _turns = membership.ListOf(membership.Voters);
        _isUsher = _turns.Length > 0 && !membership.IsVoter(_self);
        _ushered = 0;
        _ticksSinceUshered = 0;
    }

    private void BeginEraIfCommitted()
    {
        EntryIndex known = _committed;
        Mutant.Weaken("V15", ref known, _log.Last);
        EntryIndex began = _memberships.IndexAt(known);
        if (began > _eraBegan)
        {
            BeginEra(began);
        }
    }

    // The log up to the entry that began the era is the log with which its first view begins: whoever has it is in status normal.
    private void BeginEra(EntryIndex began)
    {
        Membership before = _membership;
        bool isPrimary = _role == ReplicaRole.Leader;
        if (isPrimary)
        {
            LeavePrimary();
        }

        Govern(_memberships.At(began), began);
        Epoch first = _log.EpochAt(began);
        EntryIndex last = IsChangePending ? _memberships.LatestIndex.Previous : _log.Last;
        EnterEra(_log.EpochAt(last));
        if (View == first && IsPrimary)
        {
            BeginStarting();
        }

        if (isPrimary)
        {
            Announce(before);
            Announce(_membership);
        }
    }

    // The era has the entry's epoch as its number, so a replica whose log ends with an entry of a view has the whole log with which that view began.
    private void EnterEra(Epoch view)
    {
        ForgetViewChange();
        _role = ReplicaRole.Follower;
        _leader = ReplicaId.None;
        RestartTimer();
        Epoch now = Epoch.Max(view, View);
        SetHardState(now, Epoch.Max(view, LogView));
        _entered = _writing;
    }

    private void Announce(Membership members)
    {
        foreach (ReplicaId member in members.Members)
        {
            if (member != _self)
            {
                SendStartEra(member);
            }
        }
    }

    private void SendStartEra(ReplicaId to)
    {
        SpanWriter writer = BeginMessage(ViewstampedMessage.StartEra, to, PersistId.None, StartEra.SizeBytes, out Span<byte> message);
        new StartEra(_committed, _log.EpochAt(_committed)).Write(ref writer);
        MessageEnvelope.Seal(message);
    }

    // Whoever is in an earlier era is told of this one; whoever is in a later one is asked for what led there.
    private bool IsOfThisEra(ReplicaId from, Epoch view)
    {
        long era = ViewNumber.EraOf(view);
        if (era < Era)
        {
            SendStartEra(from);
        }
        else if (era > Era)
        {
            CatchUpFrom(from);
        }

        return era == Era;
    }

    private void CatchUpFrom(ReplicaId from)
    {
        if (_role == ReplicaRole.Leader)
        {
            GiveUp();
        }

        AskForState(from, _committed);
    }

    private void ReceiveStartEra(ReplicaId from, Epoch view, in StartEra note)
    {
        bool isNews = ViewNumber.EraOf(view) > Era;
        if (isNews && !IsStarting && _log.Knows(note.Committed) && _log.EpochAt(note.Committed) == note.Epoch)
        {
            if (_role == ReplicaRole.Leader)
            {
                GiveUp();
            }

            CommitTo(note.Committed);
        }

        if (IsOfThisEra(from, view))
        {
            BeginMessage(ViewstampedMessage.EraStarted, from, PersistId.None, 0, out Span<byte> message);
            MessageEnvelope.Seal(message);
        }
    }

    private void ReceiveEraStarted(ReplicaId from)
    {
        _ushered |= _membership.BitOf(from);
        _isUsher &= !Quorum.IsReached(_ushered, _membership);
    }

    private void TickUsher()
    {
        if (_isUsher && ++_ticksSinceUshered >= _options.ViewChangeTicks)
        {
            _ticksSinceUshered = 0;
            Announce(_membership);
        }
    }
}
