using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Paxos;
using Duramen.Consensus.Raft;
using Duramen.Consensus.Viewstamped;
using Duramen.Consensus.Zab;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Disks;
using Xunit;

namespace Duramen.Consensus.Tests.Memberships;

/// <summary>A learner listens. In a whole group it nearly always hears somebody.</summary>
public sealed class LearnerTests
{
    public static TheoryData<string> Protocols => ["raft", "paxos", "viewstamped", "zab"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_learner_that_hears_nobody_does_not_try_to_lead(string name)
    {
        IReplica learner = Start(name, new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Membership.Of(Group.Replicas(1, 3), Group.Replicas(2))));
        using var outbox = new ReplicaOutbox();
        for (int i = 0; i < 1_000; i++)
        {
            learner.Tick(outbox);
            Assert.Equal((ReplicaRole.Follower, false), (learner.Probe.Role, outbox.HasPersist));
            outbox.Clear();
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_replica_that_began_with_nothing_describes_no_snapshot_before_it_knows_the_members(string name) =>
        Assert.Null(Start(name, SnapshotMeta.Nothing).DescribeSnapshot(EntryIndex.Zero));

    private static IReplica Start(string name, SnapshotMeta snapshot)
    {
        IProtocol protocol = name switch
        {
            "raft" => new RaftProtocol(new RaftOptions()),
            "paxos" => new PaxosProtocol(new PaxosOptions()),
            "viewstamped" => new ViewstampedProtocol(new ViewstampedOptions()),
            _ => new ZabProtocol(new ZabOptions()),
        };
        var disk = SimulatedDisk.Format(Group.Replica(2), snapshot, []);
        return protocol.Start(new ReplicaStart
        {
            Self = disk.Replica,
            HardState = default,
            Snapshot = disk.Image.Snapshot,
            Entries = disk.Image,
            Chance = new Prng(1),
        });
    }
}
