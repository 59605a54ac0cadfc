using Duramen.Consensus.Contract;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

// Snapshots: for whoever needs slots that are trimmed. What was accepted behind one stays: it was acknowledged.
internal sealed partial class PaxosReplica
{
    private protected override SnapshotMeta Describe(EntryIndex index)
    {
        Invariant.Holds(index <= _committed && (index == _snapshot.Index || _log.Has(index)));
        if (index == _snapshot.Index)
        {
            return _snapshot;
        }

        var next = new EntryIndex(index.Value + 1 - Lag);
        UpcomingMembership[] upcoming =
        [
            .. _memberships.After(next).TakeWhile(change => change.From <= index).Select(change => new UpcomingMembership(change.From, change.Membership)),
        ];
        return new SnapshotMeta(index, _log.HeaderAt(index).Epoch, _memberships.At(next)) { Upcoming = upcoming };
    }

    private protected override void Trim(EntryIndex upTo)
    {
        _log.TrimTo(upTo);
        _memberships.TrimTo(new EntryIndex(upTo.Value + 1 - Lag));
    }

    private protected override void SnapshotReceived(SnapshotMeta snapshot)
    {
        _ticksSinceAsked = 0;
        if (snapshot.Index > _committed && !IsInstalling)
        {
            if (_role == ReplicaRole.Leader)
            {
                // Others decided about later slots already.
                GiveUp();
            }

            Install(snapshot);
        }
    }

    private void Install(SnapshotMeta snapshot)
    {
        BeginInstalling(snapshot);
        _log.TrimTo(snapshot.Index);
        _openChanges.RemoveAll(index => index <= snapshot.Index);
        _acceptedThrough = EntryIndex.Max(_acceptedThrough, _committed);
        _synced = EntryIndex.Max(_synced, _committed);
        TakeMemberships(snapshot);
    }
}
