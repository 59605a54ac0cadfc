using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State.Replication;
using Duramen.State.Store;
using Duramen.State.Store.Disk;
using Duramen.State.Store.Memory;

namespace Duramen.State.Tests.Replication;

public sealed class ReplicationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Both_models_end_in_the_same_state_and_give_the_same_replies(ulong seed)
    {
        await using MemoryLog inputs = NewLog();
        await using MemoryLog changes = NewLog();
        await using ActiveReplica active = ActiveReplica.Open(new Bank(), inputs, new MemoryStore());
        await using PassiveReplica primary = PassiveReplica.Open(new Bank(), changes, new MemoryStore());
        await using PassiveReplica backup = PassiveReplica.Open(new Bank(), changes, new MemoryStore());
        await primary.PromoteAsync();

        foreach (string order in Orders.Random(seed, 400))
        {
            Assert.Equal(await active.GiveAsync(order), await primary.GiveAsync(order));
        }

        await backup.WaitForAsync(changes.Watermarks.Committed);
        Assert.NotEmpty(Orders.StateOf(active));
        Assert.Equal(Orders.StateOf(active), Orders.StateOf(primary));
        Assert.Equal(Orders.StateOf(active), Orders.StateOf(backup));
        Assert.Equal(active.Point.Digest, primary.Point.Digest);
        Assert.Equal(primary.Point, backup.Point);
    }

    [Fact]
    public async Task Every_active_replica_takes_inputs_and_all_have_the_same_state_at_the_same_offset()
    {
        await using MemoryLog log = NewLog();
        ActiveReplica[] replicas = [.. Enumerable.Range(0, 3).Select(_ => ActiveReplica.Open(new Bank(), log, new MemoryStore(), new ReplicaOptions { DigestInterval = 10 }))];
        await Task.WhenAll(Orders.Random(7, 600).Select((order, index) => replicas[index % 3].GiveAsync(order)));

        foreach (ActiveReplica replica in replicas)
        {
            await replica.WaitForAsync(log.Watermarks.Committed);
            Assert.Equal(replicas[0].Point, replica.Point);
            Assert.Equal(new Offset(600), ReplicaComparison.Check(replicas[0], replica)!.Position);
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_inputs_at_once_see_each_other_in_the_order_in_which_they_were_given()
    {
        await using MemoryLog log = NewLog();
        await using PassiveReplica primary = PassiveReplica.Open(new Bank(), log, new MemoryStore());
        await primary.PromoteAsync();
        await Task.WhenAll(Enumerable.Range(0, 5_000).Select(index => primary.GiveAsync(index % 2 == 0 ? "deposit a 1" : "move a b 1")));
        Assert.Equal("a=0 b=2500 ", Orders.StateOf(primary));
        Assert.Equal("2500", await primary.GiveAsync("total"));
    }

    [Fact]
    public async Task An_input_that_changes_nothing_is_not_in_the_log_of_changes()
    {
        await using MemoryLog log = NewLog();
        await using PassiveReplica primary = PassiveReplica.Open(new Bank(), log, new MemoryStore());
        await primary.PromoteAsync();
        Offset end = log.Watermarks.End;
        Assert.Equal("none", await primary.GiveAsync("show a"));
        Assert.Equal("refused", await primary.GiveAsync("move a b 1"));
        Assert.Equal(end, log.Watermarks.End);
    }

    [Fact]
    public async Task A_backup_takes_no_inputs()
    {
        await using MemoryLog log = NewLog();
        await using PassiveReplica backup = PassiveReplica.Open(new Bank(), log, new MemoryStore());
        StateException refused = await Assert.ThrowsAsync<StateException>(() => backup.GiveAsync("total"));
        Assert.Equal(StateErrors.NotPrimary, refused.Code);
    }

    [Fact]
    public async Task A_primary_that_was_deposed_executes_nothing_any_more_and_goes_on_as_a_backup()
    {
        await using MemoryLog log = NewLog();
        await using PassiveReplica first = PassiveReplica.Open(new Bank(), log, new MemoryStore());
        await using PassiveReplica second = PassiveReplica.Open(new Bank(), log, new MemoryStore());
        await first.PromoteAsync();
        await first.GiveAsync("deposit a 1");
        await second.PromoteAsync();
        await second.GiveAsync("deposit a 10");

        StateException refused = await Assert.ThrowsAsync<StateException>(() => first.GiveAsync("deposit a 100"));

        // It learns that it was deposed by this input, or has read so before.
        Assert.True(refused.Code == StateErrors.Superseded || refused.Code == StateErrors.NotPrimary, refused.Message);
        Assert.False(first.IsPrimary);

        await second.GiveAsync("deposit a 1000");
        await first.WaitForAsync(log.Watermarks.Committed);
        Assert.Equal("a=1011 ", Orders.StateOf(first));
        Assert.Equal(second.Point, first.Point);
        Assert.Equal(2, first.Epoch);

        await first.PromoteAsync();
        Assert.Equal("1011", await first.GiveAsync("show a"));
        Assert.Equal(3, first.Epoch);
    }

    [Fact]
    public async Task A_record_of_an_epoch_that_is_over_is_passed_over_by_everyone()
    {
        await using MemoryLog log = NewLog();
        await using PassiveReplica first = PassiveReplica.Open(new Bank(), log, new MemoryStore());
        await using PassiveReplica second = PassiveReplica.Open(new Bank(), log, new MemoryStore());
        await first.PromoteAsync();
        await first.GiveAsync("deposit a 1");
        using LogSlice late = await log.ReadAsync(new Offset(1), ReadLimits.Default);
        byte[] zombie = late.Batches.ToArray();
        await second.PromoteAsync();
        await second.GiveAsync("deposit a 10");
        await second.DisposeAsync();

        // What a log that cannot refuse an append would let in.
        await log.AppendAsync(zombie);
        await first.WaitForAsync(log.Watermarks.Committed);
        Assert.Equal("a=11 ", Orders.StateOf(first));
        Assert.Equal(1, first.FencedRecords);
        Assert.False(first.IsPrimary);
    }

    [Fact]
    public async Task A_machine_that_is_not_deterministic_is_caught_at_the_input_that_shows_it()
    {
        await using MemoryLog log = NewLog();
        await using ActiveReplica replica = ActiveReplica.Open(new LuckyBank(), log, new MemoryStore(), new ReplicaOptions { ExecutesTwice = true });
        await replica.GiveAsync("deposit a 1");
        await replica.GiveAsync("deposit b 1");
        StateException caught = await Assert.ThrowsAsync<StateException>(() => replica.GiveAsync("deposit lucky 1"));
        Assert.Equal(StateErrors.Nondeterministic, caught.Code);
        Assert.Contains("offset 2 ", caught.Message, StringComparison.Ordinal);
        Assert.Contains("'lucky'", caught.Message, StringComparison.Ordinal);
        Assert.Equal("a=1 b=1 ", Orders.StateOf(replica));
    }

    [Fact]
    public async Task Replicas_that_diverge_are_stopped_with_the_offset_and_the_key()
    {
        await using MemoryLog log = NewLog();
        var options = new ReplicaOptions { DigestInterval = 100 };
        await using ActiveReplica right = ActiveReplica.Open(new Bank(), log, new MemoryStore(), options);
        await using ActiveReplica wrong = ActiveReplica.Open(new ForgetfulBank(), log, new MemoryStore(), options);
        for (int index = 0; index < 150; index++)
        {
            await right.GiveAsync($"deposit account-{index % 10} 1");
        }

        await wrong.WaitForAsync(log.Watermarks.Committed);
        Assert.Equal(new Offset(100), ReplicaComparison.Check(right, wrong)!.Position);
        await right.GiveAsync("move account-3 account-4 13");
        for (int index = 0; index < 100; index++)
        {
            await right.GiveAsync("deposit account-7 1");
        }

        await wrong.WaitForAsync(log.Watermarks.Committed);
        StateException caught = Assert.Throws<StateException>(() => ReplicaComparison.Check(right, wrong));
        Assert.Equal(StateErrors.Diverged, caught.Code);
        Assert.Contains("from the record at offset 150 on the key 'account-3' is '2' in one and '15' in the other", caught.Message, StringComparison.Ordinal);
        Assert.Equal(StateErrors.Diverged, right.Failure!.Code);
        Assert.Equal(StateErrors.Diverged, (await Assert.ThrowsAsync<StateException>(() => wrong.GiveAsync("total"))).Code);
    }

    [Fact]
    public async Task An_input_that_a_machine_cannot_execute_stops_every_replica_there_and_the_state_before_stays_readable()
    {
        await using MemoryLog log = NewLog();
        await using ActiveReplica one = ActiveReplica.Open(new Bank(), log, new MemoryStore());
        await using ActiveReplica other = ActiveReplica.Open(new Bank(), log, new MemoryStore());
        await one.GiveAsync("deposit a 1");
        StateException stopped = await Assert.ThrowsAsync<StateException>(() => one.GiveAsync("fail"));
        Assert.Equal(StateErrors.Unreadable, stopped.Code);
        Assert.Contains("offset 1 ", stopped.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StateException>(() => other.WaitForAsync(new Offset(2)));
        Assert.Equal("a=1 ", Orders.StateOf(other));
        Assert.Equal(one.Point, other.Point);
    }

    [Fact]
    public async Task Whoever_waits_at_a_replica_that_is_closed_is_told()
    {
        await using MemoryLog log = NewLog();
        ActiveReplica replica = ActiveReplica.Open(new Bank(), log, new MemoryStore());
        Task waiting = replica.WaitForAsync(new Offset(1));
        await replica.DisposeAsync();
        Assert.Equal(StateErrors.Closed, (await Assert.ThrowsAsync<StateException>(() => waiting)).Code);
        Assert.Equal(StateErrors.Closed, (await Assert.ThrowsAsync<StateException>(() => replica.GiveAsync("total"))).Code);
    }

    [Fact]
    public async Task A_replica_whose_store_is_on_disk_goes_on_where_it_was_and_keeps_its_epoch()
    {
        var disk = new MemoryDisk();
        await using MemoryLog log = NewLog();
        ReplicaPoint before;
        await using (DiskStore store = MachineStore.Open(disk, "/state", new Bank(), log))
        await using (PassiveReplica primary = PassiveReplica.Open(new Bank(), log, store))
        {
            await primary.PromoteAsync();
            foreach (string order in Orders.Random(5, 200))
            {
                await primary.GiveAsync(order);
            }

            before = primary.Point;
        }

        await using DiskStore again = MachineStore.Open(disk, "/state", new Bank(), log);
        Assert.Equal(before.Position, again.Position);
        await using PassiveReplica resumed = PassiveReplica.Open(new Bank(), log, again);
        Assert.Equal(before, resumed.Point);
        Assert.Equal(1, resumed.Epoch);
        await resumed.PromoteAsync();
        await resumed.GiveAsync("deposit a 1");
        await using PassiveReplica replayed = PassiveReplica.Open(new Bank(), log, new MemoryStore());
        await replayed.WaitForAsync(log.Watermarks.Committed);
        Assert.Equal(replayed.Point, resumed.Point);
    }

    [Fact]
    public async Task A_state_on_disk_that_another_version_of_the_machine_made_is_computed_again()
    {
        var disk = new MemoryDisk();
        var notices = new List<string>();
        var options = new StoreOptions { Notice = notices.Add };
        await using MemoryLog log = NewLog();
        await using (DiskStore store = MachineStore.Open(disk, "/state", new ForgetfulBank(), log))
        await using (ActiveReplica replica = ActiveReplica.Open(new ForgetfulBank(), log, store))
        {
            foreach (string order in Orders.Random(5, 200))
            {
                await replica.GiveAsync(order);
            }
        }

        await using DiskStore again = MachineStore.Open(disk, "/state", new NewBank(), log, options);
        Assert.Equal(Offset.Zero, again.Position);
        Assert.Contains("another projection or machine", Assert.Single(notices), StringComparison.Ordinal);
        await using ActiveReplica computed = ActiveReplica.Open(new NewBank(), log, again);
        await using ActiveReplica replayed = ActiveReplica.Open(new Bank(), log, new MemoryStore());
        await computed.WaitForAsync(log.Watermarks.Committed);
        await replayed.WaitForAsync(log.Watermarks.Committed);
        Assert.Equal(replayed.Point, computed.Point);
    }

    private static MemoryLog NewLog() => new(new LogId(Guid.NewGuid()), "bank");

    // Draws a number for one account.
    private sealed class LuckyBank : Bank
    {
        private int _drawn;

        public override void Execute(MachineInput input, MachineState state)
        {
            if (Encoding.UTF8.GetString(input.Bytes).Contains("lucky", StringComparison.Ordinal))
            {
                Add(state, "lucky", _drawn++);
                return;
            }

            base.Execute(input, state);
        }
    }

    private sealed class NewBank : Bank
    {
        public override int Version => 2;
    }

    // Does not take an unlucky sum from whoever pays it.
    private sealed class ForgetfulBank : Bank
    {
        public override void Execute(MachineInput input, MachineState state)
        {
            string order = Encoding.UTF8.GetString(input.Bytes);
            if (order.StartsWith("move", StringComparison.Ordinal) && order.EndsWith(" 13", StringComparison.Ordinal))
            {
                Add(state, order.Split(' ')[2], 13);
                return;
            }

            base.Execute(input, state);
        }
    }
}
