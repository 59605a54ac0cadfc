using Duramen.Consensus.Contract;
using Duramen.Consensus.Raft;
using Duramen.Consensus.Viewstamped;
using Duramen.Consensus.Zab;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Xunit;

namespace Duramen.Consensus.Tests.Snapshots;

/// <summary>What a replica that holds entries 1 to 5 of epoch 1 makes of a snapshot; in a whole group such moments are rare. Slots of Multi-Paxos stand for themselves, so it is not among these.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly ReplicaOutbox _outbox = new();

    public static TheoryData<string> Protocols => ["raft", "viewstamped", "zab"];

    public void Dispose() => _outbox.Dispose();

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_snapshot_takes_the_place_of_a_log_that_has_another_entry_there(string protocol)
    {
        IReplica replica = Start(protocol);
        replica.SnapshotReceived(Snapshot(index: 3, epoch: 2), _outbox);
        Assert.Equal(3, _outbox.Persist.Snapshot?.Index.Value);
        Assert.Equal(4, _outbox.Persist.TruncateFrom.Value);
        Assert.Equal((4, 3), (replica.Probe.First.Value, replica.Probe.Last.Value));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void What_a_snapshot_covers_is_committed_when_that_is_synced_and_its_members_decide(string protocol)
    {
        IReplica replica = Start(protocol);
        replica.SnapshotReceived(Snapshot(index: 9, epoch: 2), _outbox);
        Assert.Equal(0, _outbox.Committed.Value);
        Assert.Equal(Group.Of(1, 2, 3, 4), replica.Probe.Membership);
        PersistId write = _outbox.Persist.Id;
        _outbox.Clear();
        replica.Persisted(write, _outbox);
        Assert.Equal(9, _outbox.Committed.Value);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_snapshot_that_is_older_than_the_commit_is_ignored(string protocol)
    {
        IReplica replica = Start(protocol);
        replica.SnapshotReceived(Snapshot(index: 9, epoch: 2), _outbox);
        PersistId write = _outbox.Persist.Id;
        _outbox.Clear();
        replica.Persisted(write, _outbox);
        _outbox.Clear();
        replica.SnapshotReceived(Snapshot(index: 8, epoch: 2), _outbox);
        Assert.False(_outbox.HasPersist);
        Assert.Equal(9, replica.Probe.Committed.Value);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_sync_from_before_a_snapshot_says_nothing_of_the_log_behind_it(string protocol)
    {
        IReplica replica = Start(protocol);
        replica.SnapshotReceived(Snapshot(index: 3, epoch: 2), _outbox);
        Assert.True(replica.Probe.Synced <= replica.Probe.Last);
    }

    private static SnapshotMeta Snapshot(long index, long epoch) => new(new EntryIndex(index), new Epoch(epoch), Group.Of(1, 2, 3, 4));

    private static IReplica Start(string protocol)
    {
        IProtocol made = protocol switch
        {
            "raft" => new RaftProtocol(new RaftOptions()),
            "viewstamped" => new ViewstampedProtocol(new ViewstampedOptions()),
            _ => new ZabProtocol(new ZabOptions()),
        };
        return made.Start(new ReplicaStart
        {
            Self = Group.Replica(2),
            HardState = new HardState(new Epoch(3), protocol == "raft" ? Epoch.Zero : new Epoch(1)),
            Snapshot = new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(1, 2, 3)),
            Entries = new FiveEntries(),
            Chance = new Prng(1),
        });
    }

    private sealed class FiveEntries : IEntryReader
    {
        public EntryIndex First => new(1);

        public EntryIndex Last => new(5);

        public EntryHeader ReadHeader(EntryIndex index) => new(index, new Epoch(1), EntryKind.Nothing, 0);

        public EntryView Read(EntryIndex index) => new(ReadHeader(index), []);
    }
}
