using Duramen.Consensus.Contract;
using Duramen.Consensus.Raft.Peers;

namespace Duramen.Consensus.Raft;

// Snapshots (thesis 5.1): what is trimmed here a member gets as a snapshot, which its host receives and this replica only switches to.
internal sealed partial class RaftReplica
{
    private protected override void SnapshotReceived(SnapshotMeta snapshot)
    {
        if (snapshot.Index > _committed && _role != ReplicaRole.Leader && !IsInstalling)
        {
            TakeSnapshot(snapshot);
        }
    }

    private protected override void OnInstalling(SnapshotMeta snapshot) => OnMembershipChanged();

    private void RequestSnapshot(Peer peer)
    {
        peer.AwaitSnapshot(_log.First.Previous);
        _outbox.WantSnapshot(peer.Id);
    }
}
