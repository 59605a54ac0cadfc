using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// Changes of membership: an entry that is the last of its epoch and of its era. The old members commit it, and with that the new ones decide; they establish the next epoch.
internal sealed partial class ZabReplica
{
    private protected override Epoch EpochOfChange => EraNumber.BegunIn(AcceptedEpoch);

    private protected override Rejection? ReasonAgainstChange() => IsChangePending ? Rejection.ChangePending : null;

    // Who led the old members brings the new ones together, itself if it is one of them.
    private protected override void BeginEra(EntryIndex began)
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
            if (FindPeer(voter) is { } follower && follower.Acknowledged == _log.Last)
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

    private protected override void SendStartEra(ReplicaId to) => SendName(ZabMessage.StartEra, to, _committed, _log.EpochAt(_committed));

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
            CountUshered(from);
        }
    }
}
