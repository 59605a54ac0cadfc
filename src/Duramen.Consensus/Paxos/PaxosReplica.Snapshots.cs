using Duramen.Consensus.Contract;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos;

// Snapshots: for whoever needs slots that are trimmed. What was accepted behind one stays: it was acknowledged.
internal sealed partial class PaxosReplica
{
    private SnapshotMeta _snapshot;
    private PersistId _installing;

    // Between the request to switch and its sync nothing is said to be committed: the host's state is still the old one.
    private bool IsInstalling => _installing != PersistId.None;

    public SnapshotMeta? DescribeSnapshot(EntryIndex index) => Describe(index) is { Membership.Count: > 0 } described ? described : null;

    public void Trim(EntryIndex upTo, ReplicaOutbox outbox)
    {
        Begin(outbox);
        if (upTo >= _log.First)
        {
            _snapshot = Describe(upTo);
            _log.TrimTo(upTo);
            _memberships.TrimTo(new EntryIndex(upTo.Value + 1 - Lag));
        }

        End();
    }

    public void SnapshotReceived(SnapshotMeta snapshot, ReplicaOutbox outbox)
    {
        Begin(outbox);
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

        End();
    }

    private void Install(SnapshotMeta snapshot)
    {
        Write();
        _installing = _writing;
        _outbox.PersistSnapshot(snapshot);
        _log.TrimTo(snapshot.Index);
        _openChanges.RemoveAll(index => index <= snapshot.Index);
        _snapshot = snapshot;
        _committed = snapshot.Index;
        _acceptedThrough = EntryIndex.Max(_acceptedThrough, _committed);
        _synced = EntryIndex.Max(_synced, _committed);
        TakeMemberships(snapshot);
    }

    private void FinishInstalling()
    {
        if (IsInstalling && _lastSynced >= _installing)
        {
            _installing = PersistId.None;
        }
    }

    private SnapshotMeta Describe(EntryIndex index)
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
}
