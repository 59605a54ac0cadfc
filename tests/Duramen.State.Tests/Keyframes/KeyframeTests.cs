using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Simulated;
using Duramen.Log.Memory;
using Duramen.State.Keyframes;
using Duramen.State.Replication;
using Duramen.State.Store.Memory;
using Duramen.State.Tests.Replication;

namespace Duramen.State.Tests.Keyframes;

public sealed class KeyframeTests
{
    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "bank");
    private readonly List<string> _notices = [];

    [Fact]
    public async Task A_replica_resumes_from_the_newest_keyframe_and_arrives_where_a_full_replay_does()
    {
        await RunAsync(500, interval: 100);
        await RunAsync(37, interval: 100);
        MemoryStore resumed = Folder().Restore()!;
        Assert.Equal(new Offset(500), resumed.Position);
        await using ActiveReplica fromKeyframe = ActiveReplica.Open(new Bank(), _log, resumed);
        await using ActiveReplica fromNothing = ActiveReplica.Open(new Bank(), _log, new MemoryStore());
        await fromKeyframe.WaitForAsync(_log.Watermarks.Committed);
        await fromNothing.WaitForAsync(_log.Watermarks.Committed);
        Assert.Equal(fromNothing.Point, fromKeyframe.Point);
        Assert.Equal(Orders.StateOf(fromNothing), Orders.StateOf(fromKeyframe));
    }

    [Fact]
    public async Task A_state_as_of_an_old_offset_begins_at_the_keyframe_before_it()
    {
        await RunAsync(500, interval: 100, new KeyframePolicy { Newest = 1, Spacing = 1 });
        Assert.Equal(new Offset(300), Folder().Restore(new Offset(300))!.Position);
        Assert.Equal(new Offset(200), Folder().Restore(new Offset(299))!.Position);
        Assert.Null(Folder().Restore(new Offset(99)));
    }

    [Fact]
    public async Task Of_old_keyframes_the_policy_keeps_one_for_each_interval()
    {
        await RunAsync(1_000, interval: 50, new KeyframePolicy { Newest = 2, Spacing = 300 });
        long[] positions = [.. Folder().List().Select(keyframe => keyframe.Position.Value)];
        Assert.Equal([50, 300, 600, 900, 950, 1_000], positions);
    }

    [Fact]
    public async Task Every_damaged_byte_is_noticed_and_the_keyframe_before_is_used()
    {
        await RunAsync(300, interval: 100, new KeyframePolicy { Newest = 10 });
        Keyframe newest = Folder().List()[^1];
        Keyframe before = Folder().List()[^2];
        using IDiskFile file = _disk.Open(PathOf(newest), DiskFileMode.Existing);
        byte[] one = new byte[1];
        for (int position = 0; position < newest.SizeBytes; position++)
        {
            file.Read(one, position);
            one[0] ^= 0x10;
            file.Write(one, position);
            _notices.Clear();
            Assert.Equal(before.Position, Folder().Restore()!.Position);
            Assert.Contains(PathOf(newest), Assert.Single(_notices), StringComparison.Ordinal);
            one[0] ^= 0x10;
            file.Write(one, position);
        }

        Assert.Equal(newest.Position, Folder().Restore()!.Position);
    }

    [Fact]
    public async Task A_keyframe_that_was_cut_short_is_not_used()
    {
        await RunAsync(300, interval: 100, new KeyframePolicy { Newest = 1 });
        Keyframe only = Folder().List()[^1];
        using IDiskFile file = _disk.Open(PathOf(only), DiskFileMode.Existing);
        for (long length = only.SizeBytes - 1; length >= 0; length--)
        {
            file.SetLength(length);
            Assert.Null(Folder().Restore());
        }
    }

    [Fact]
    public async Task A_keyframe_of_another_version_of_the_machine_is_not_used()
    {
        await RunAsync(200, interval: 100);
        var other = new KeyframeFolder(_disk, "/keyframes", "bank", 2, _log.Id, notice: _notices.Add);
        Assert.Null(other.Restore());
        Assert.Contains("another machine, version or log", _notices[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_keyframe_that_is_given_up_is_written_over_and_not_deleted()
    {
        var deleted = new List<string>();
        var disk = new SimulatedDisk { BeforeOperation = operation => deleted.AddRange(operation.Kind == DiskOperationKind.DeleteFile ? [operation.Path] : []) };
        var folder = new KeyframeFolder(disk, "/keyframes", new Bank(), _log, new KeyframePolicy { Newest = 1 });
        int[] sizes = [1_000, 1, 500, 10, 0, 2_000];
        for (int index = 0; index < sizes.Length; index++)
        {
            folder.Keep(new Offset(index), new Numbers(sizes[index]), []);
            Assert.Equal(new Offset(index), Assert.Single(folder.List()).Position);
            StateReader state = folder.Find(Offset.Zero, new Offset(index))!.Open();
            int entries = 0;
            while (state.MoveNext())
            {
                entries++;
            }

            Assert.Equal(sizes[index], entries);
        }

        Assert.Empty(deleted);
        Assert.True(disk.ListFiles("/keyframes").Count <= 2);
    }

    [Fact]
    public void A_replica_keeps_no_keyframes_under_the_name_of_another_machine_or_log()
    {
        var ofAnotherVersion = new ReplicaOptions { Keyframes = new KeyframeFolder(_disk, "/keyframes", "bank", 2, _log.Id) };
        var ofAnotherLog = new ReplicaOptions { Keyframes = new KeyframeFolder(_disk, "/keyframes", "bank", 1, new LogId(Guid.NewGuid())) };
        Assert.Throws<ArgumentException>(() => ActiveReplica.Open(new Bank(), _log, new MemoryStore(), ofAnotherVersion));
        Assert.Throws<ArgumentException>(() => PassiveReplica.Open(new Bank(), _log, new MemoryStore(), ofAnotherLog));
    }

    private KeyframeFolder Folder(KeyframePolicy? policy = null) => new(_disk, "/keyframes", new Bank(), _log, policy, _notices.Add);

    private static string PathOf(Keyframe keyframe) => $"/keyframes/{keyframe.Position.Value:D20}.keyframe";

    // Executes orders in pieces that end with a keyframe, since a replica that is closed waits for the one that is being kept.
    private async Task RunAsync(int count, int interval, KeyframePolicy? policy = null)
    {
        KeyframeFolder folder = Folder(policy);
        foreach (string[] piece in Orders.Random((ulong)count, count).Chunk(Math.Min(count, interval)))
        {
            var options = new ReplicaOptions { Keyframes = folder, KeyframeInterval = interval };
            await using ActiveReplica replica = ActiveReplica.Open(new Bank(), _log, folder.Restore() ?? new MemoryStore(), options);
            foreach (string order in piece)
            {
                await replica.GiveAsync(order);
            }
        }
    }

    private sealed record Numbers(int Count) : IFrozenState
    {
        public void WriteTo(StateWriter writer)
        {
            for (int number = 0; number < Count; number++)
            {
                writer.Put(BitConverter.GetBytes(number), new byte[100]);
            }
        }
    }
}
