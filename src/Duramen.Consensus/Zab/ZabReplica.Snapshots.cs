using Duramen.Consensus.Contract;

namespace Duramen.Consensus.Zab;

// Snapshots (SNAP): what is trimmed here a member gets as a snapshot, which its host receives and this replica only switches to.
internal sealed partial class ZabReplica
{
    private protected override void SnapshotReceived(SnapshotMeta snapshot)
    {
        _ticksSinceAsked = 0;
        if (snapshot.Index <= _committed || IsInstalling || (IsHeading && !IsDiscovering))
        {
            return;
        }

        TakeSnapshot(snapshot);
        if (_leader != ReplicaId.None)
        {
            SendResume(_leader, _log.Last);
        }
    }

    // The log ends with an entry of some epoch, and so holds the history with which that epoch began.
    private protected override void OnInstalling(SnapshotMeta snapshot)
    {
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
}
