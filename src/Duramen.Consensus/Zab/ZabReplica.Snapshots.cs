using Duramen.Consensus.Contract;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab;

// Snapshots (SNAP): what is trimmed here a member gets as a snapshot, which its host receives and this replica only switches to.
internal sealed partial class ZabReplica
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
            _memberships.TrimTo(upTo);
        }

        End();
    }

    public void SnapshotReceived(SnapshotMeta snapshot, ReplicaOutbox outbox)
    {
        Begin(outbox);
        _ticksSinceAsked = 0;
        bool isNews = snapshot.Index > _committed && (!IsHeading || IsDiscovering) && !IsInstalling;
        if (isNews && _log.Knows(snapshot.Index) && _log.EpochAt(snapshot.Index) == snapshot.Epoch)
        {
            // The log holds all of it already, and now it is known to be committed.
            CommitTo(snapshot.Index);
        }
        else if (isNews)
        {
            Install(snapshot);
        }

        if (isNews && _leader != ReplicaId.None)
        {
            SendResume(_leader, _log.Last);
        }

        End();
    }

    // The log ends with an entry of some epoch, and so holds the history with which that epoch began.
    private void Install(SnapshotMeta snapshot)
    {
        Write();
        _installing = _writing;
        _outbox.PersistSnapshot(snapshot);
        _outbox.PersistTruncation(snapshot.Index.Next);
        _log.Reset(snapshot.Index, snapshot.Epoch);
        _memberships.Reset(snapshot.Index, snapshot.Membership);
        _persists.Withdraw(EntryIndex.Zero.Next);
        _snapshot = snapshot;
        _committed = snapshot.Index;
        if (snapshot.Epoch > AcceptedEpoch)
        {
            EnterEra(snapshot.Membership, snapshot.Index, snapshot.Epoch);
            return;
        }

        Govern(snapshot.Membership, snapshot.Index);
        if (snapshot.Epoch > CurrentEpoch)
        {
            SetHardState(AcceptedEpoch, snapshot.Epoch);
            _role = _role == ReplicaRole.Recovering && CurrentEpoch == AcceptedEpoch ? ReplicaRole.Follower : _role;
        }
    }

    private void FinishInstalling()
    {
        if (IsInstalling && _persists.LastSynced >= _installing)
        {
            _installing = PersistId.None;
            ChooseHistory();
        }
    }

    private SnapshotMeta Describe(EntryIndex index)
    {
        Invariant.Holds(index <= _committed && _log.Knows(index));
        return index == _snapshot.Index ? _snapshot : new SnapshotMeta(index, _log.EpochAt(index), _memberships.At(index));
    }
}
