using Duramen.Consensus.Contract;

namespace Duramen.Consensus.Viewstamped;

// Snapshots (the checkpoints of 5.1): what is trimmed here a member gets as a snapshot, which its host receives and this replica only switches to.
internal sealed partial class ViewstampedReplica
{
    private protected override void SnapshotReceived(SnapshotMeta snapshot)
    {
        _ticksSinceAsked = 0;
        if (snapshot.Index > _committed && _role != ReplicaRole.Leader && !IsStarting && !IsInstalling)
        {
            TakeSnapshot(snapshot);
        }
    }

    private protected override void OnInstalling(SnapshotMeta snapshot)
    {
        Govern(snapshot.Membership, snapshot.Index);
        if (snapshot.Epoch > View)
        {
            EnterEra(snapshot.Epoch);
        }
        else if (snapshot.Epoch > LogView)
        {
            SetHardState(View, snapshot.Epoch);
        }
    }
}
