using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Log.Memory;
using Duramen.State.Replication;
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
}
