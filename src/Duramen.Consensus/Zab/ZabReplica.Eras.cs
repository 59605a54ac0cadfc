using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Mutants;
using Duramen.Consensus.Quorums;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// Changes of membership: an entry that is the last of its epoch and of its era. The old members commit it, and with that the new ones decide; they establish the next epoch.
internal sealed partial class ZabReplica
{
    private Membership _membership = Membership.Nobody;
    private EntryIndex _eraBegan;
    private ReplicaId[] _voters = [];

    // A replica that is no voter of its era keeps telling those who are, until a majority of them knows.
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
            var header = new EntryHeader(_log.Last.Next, EraNumber.BegunIn(AcceptedEpoch), EntryKind.Configuration, 0);
            AppendToLog(header, next.ToArray());
            _outbox.Place(token, header.Index, header.Epoch);
            SendToAll();
        }

        End();
    }

    private Rejection? ReasonAgainstChange(MembershipChange change, out Membership next)
    {
        next = _membership;
        if (ReasonAgainstRequests() is Rejection reason)
        {
            return reason;
        }

        if (_successor != ReplicaId.None)
        {
            return Rejection.Transferring;
        }

        if (IsChangePending)
        {
            return Rejection.ChangePending;
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

    private void Govern(Membership membership, EntryIndex began)
    {
        _membership = membership;
        _eraBegan = began;
        _voters = membership.ListOf(membership.Voters);
        _isUsher = _voters.Length > 0 && !membership.IsVoter(_self);
        _ushered = 0;
        _ticksSinceUshered = 0;
    }

    private void BeginEraIfCommitted()
    {
        EntryIndex known = _committed;
        Mutant.Weaken("Z15", ref known, _log.Last);
        EntryIndex began = _memberships.IndexAt(known);
        if (began > _eraBegan)
        {
            BeginEra(began);
        }
    }

    // Who led the old members brings the new ones together, itself if it is one of them.
    private void BeginEra(EntryIndex began)
    {
        Membership before = _membership;
        bool isLeader = _role == ReplicaRole.Leader;
        ReplicaId successor = isLeader ? BestOf(_memberships.At(began)) : ReplicaId.None;
        EnterEra(_memberships.At(began), began, _log.EpochAt(EntryIndex.Max(began, _committed)));
        if (!isLeader)
        {
            return;
        }

        Announce(_membership, except: Membership.Nobody);
        Announce(before, except: _membership);
        if (_membership.IsVoter(_self))
        {
            BeginDiscovery(AcceptedEpoch, isTransfer: false);
        }
        else if (successor != ReplicaId.None)
        {
            SendBare(ZabMessage.TakeOver, successor);
        }
    }

    // Of the new voters one that is known to have the entry which makes it one.
    private ReplicaId BestOf(Membership next)
    {
        foreach (ReplicaId voter in next.ListOf(next.Voters))
        {
            if (FindFollower(voter) is { } follower && follower.Acknowledged == _log.Last)
            {
                return voter;
            }
        }

        return ReplicaId.None;
    }

    // The epoch of the last committed entry becomes the current one: whoever has an entry of an epoch has all of the history with which it began.
    private void EnterEra(Membership membership, EntryIndex began, Epoch epoch)
    {
        StopHeading();
        Govern(membership, began);
        _role = ReplicaRole.Follower;
        _leader = ReplicaId.None;
        _acceptedFrom = ReplicaId.None;
        _donor = ReplicaId.None;
        RestartTimer();
        SetHardState(Epoch.Max(epoch, AcceptedEpoch), Epoch.Max(epoch, CurrentEpoch));
    }

    private void Announce(Membership members, Membership except)
    {
        foreach (ReplicaId member in members.Members)
        {
            if (member != _self && except.SlotOf(member) < 0)
            {
                SendStartEra(member);
            }
        }
    }

    private void SendStartEra(ReplicaId to) => SendName(ZabMessage.StartEra, to, _committed, _log.EpochAt(_committed));

    // Whoever is in an earlier era is told of this one; whoever is in a later one is asked for what led there.
    private bool IsOfThisEra(ReplicaId from, Epoch epoch)
    {
        long era = EraNumber.Of(epoch);
        if (era < Era)
        {
            SendStartEra(from);
        }
        else if (era > Era)
        {
            StopHeading();
            AskForHistory(from, _committed);
        }

        return era == Era;
    }

    private void ReceiveStartEra(ReplicaId from, Epoch epoch, in EntryName committed)
    {
        if (EraNumber.Of(epoch) > Era && _log.Knows(committed.Index) && _log.EpochAt(committed.Index) == committed.Epoch)
        {
            StopHeading();
            CommitTo(committed.Index);
        }

        if (IsOfThisEra(from, epoch))
        {
            SendBare(ZabMessage.EraStarted, from);
        }
    }

    private void ReceiveEraStarted(ReplicaId from, Epoch epoch)
    {
        if (IsOfThisEra(from, epoch))
        {
            _ushered |= _membership.BitOf(from);
            _isUsher &= !Quorum.IsReached(_ushered, _membership);
        }
    }

    private void TickUsher()
    {
        if (_isUsher && ++_ticksSinceUshered >= _options.ElectionTicks)
        {
            _ticksSinceUshered = 0;
            Announce(_membership, except: Membership.Nobody);
        }
    }
}
