using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.State.Keyframes;
using Duramen.State.Replication;
using Duramen.State.Store.Disk;
using Duramen.State.Store.Memory;

namespace ReplicatingStateMachines.Tests;

public sealed class TurnstileTests
{
    [Fact]
    public async Task Every_replica_executes_the_inputs()
    {
        await using var log = new MemoryLog(new LogId(Guid.NewGuid()), "turnstile");
        await using ActiveReplica east = ActiveReplica.Open(new Turnstile(), log, new MemoryStore());
        await using ActiveReplica west = ActiveReplica.Open(new Turnstile(), log, new MemoryStore());

        await east.ExecuteAsync("gate 1"u8.ToArray());
        byte[] reply = await west.ExecuteAsync("gate 1"u8.ToArray());

        Assert.Equal(2, BinaryPrimitives.ReadInt64BigEndian(reply));
        await east.WaitForAsync(log.Watermarks.Committed);
        Assert.Equal(east.Point, west.Point);
    }

    [Fact]
    public async Task One_replica_executes_the_inputs_and_the_others_take_over_what_changed()
    {
        await using var log = new MemoryLog(new LogId(Guid.NewGuid()), "turnstile");
        await using PassiveReplica first = PassiveReplica.Open(new Turnstile(), log, new MemoryStore());
        await using PassiveReplica second = PassiveReplica.Open(new Turnstile(), log, new MemoryStore());

        await first.PromoteAsync();
        await first.ExecuteAsync("gate 1"u8.ToArray());
        await second.PromoteAsync();
        byte[] reply = await second.ExecuteAsync("gate 1"u8.ToArray());

        Assert.Equal(2, BinaryPrimitives.ReadInt64BigEndian(reply));
    }

    [Fact]
    public async Task A_replica_goes_on_from_what_is_on_its_disk()
    {
        await using var log = new MemoryLog(new LogId(Guid.NewGuid()), "turnstile");
        var disk = new MemoryDisk();
        var turnstile = new Turnstile();
        await using (DiskStore store = MachineStore.Open(disk, "/turnstile", turnstile, log))
        await using (ActiveReplica replica = ActiveReplica.Open(turnstile, log, store))
        {
            await replica.ExecuteAsync("gate 1"u8.ToArray());
        }

        await using DiskStore again = MachineStore.Open(disk, "/turnstile", turnstile, log);
        Assert.Equal(log.Watermarks.End, again.Position);
    }

    [Fact]
    public async Task A_replica_goes_on_from_a_keyframe()
    {
        await using var log = new MemoryLog(new LogId(Guid.NewGuid()), "turnstile");
        var turnstile = new Turnstile();
        var keyframes = new KeyframeFolder(new MemoryDisk(), "/keyframes", turnstile, log);
        var options = new ReplicaOptions { Keyframes = keyframes, KeyframeInterval = 1 };
        await using (ActiveReplica replica = ActiveReplica.Open(turnstile, log, keyframes.Restore() ?? new MemoryStore(), options))
        {
            await replica.ExecuteAsync("gate 1"u8.ToArray());
        }

        Assert.Equal(log.Watermarks.End, keyframes.Restore()!.Position);
    }
}
