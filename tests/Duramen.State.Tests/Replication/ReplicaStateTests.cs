using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.Records.Batches;
using Duramen.State.Keyframes;
using Duramen.State.Replays;
using Duramen.State.Replication;
using Duramen.State.Store;
using Duramen.State.Store.Disk;
using Duramen.State.Store.Memory;

namespace Duramen.State.Tests.Replication;

/// <summary>Which states a replica answers from and goes on from, and how one that is not the log's is found.</summary>
public sealed class ReplicaStateTests
{
    private static readonly LogId Id = new(Guid.NewGuid());

    [Fact]
    public async Task A_primary_that_was_deposed_does_not_answer_from_what_is_over()
    {
        await using MemoryLog log = NewLog();
        var entered = new TaskCompletionSource();
        using var mayGoOn = new ManualResetEventSlim();
        var register = new Scripted((input, state) =>
        {
            switch (input)
            {
                case "wait":
                    entered.SetResult();
                    mayGoOn.Wait();
                    break;
                case "read":
                    state.Reply(state.TryGet("r"u8, out ReadOnlySpan<byte> value) ? value : []);
                    break;
                default:
                    state.Put("r"u8, Encoding.UTF8.GetBytes(input));
                    break;
            }
        });
        await using PassiveReplica old = PassiveReplica.Open(register, log, new MemoryStore());
        await using PassiveReplica next = PassiveReplica.Open(register, log, new MemoryStore());
        await old.PromoteAsync();
        await old.GiveAsync("1");
        Assert.Equal("1", await old.GiveAsync("read"));

        Task<string> waiting = old.GiveAsync("wait");
        await entered.Task;
        await next.PromoteAsync();
        await next.GiveAsync("2");
        Task<string> late = old.GiveAsync("read");
        mayGoOn.Set();

        Assert.Equal(StateErrors.Superseded, (await Assert.ThrowsAsync<StateException>(() => waiting)).Code);
        Assert.Equal(StateErrors.Superseded, (await Assert.ThrowsAsync<StateException>(() => late)).Code);
        Assert.Equal("2", await next.GiveAsync("read"));
    }

    [Fact]
    public async Task A_state_on_disk_that_is_of_a_longer_log_is_computed_again()
    {
        var disk = new MemoryDisk();
        var notices = new List<string>();
        await using (MemoryLog whole = NewLog())
        {
            await using DiskStore store = MachineStore.Open(disk, "/state", new Bank(), whole);
            await using ActiveReplica replica = ActiveReplica.Open(new Bank(), whole, store);
            await GiveAsync(replica, 20);
        }

        await using MemoryLog older = NewLog();
        await AppendAsync(older, 5);
        await using DiskStore again = MachineStore.Open(disk, "/state", new Bank(), older, new StoreOptions { Notice = notices.Add });
        Assert.Contains("of a longer log", Assert.Single(notices), StringComparison.Ordinal);
        await using ActiveReplica computed = ActiveReplica.Open(new Bank(), older, again);
        await using ActiveReplica replayed = ActiveReplica.Open(new Bank(), older, new MemoryStore());
        await computed.WaitForAsync(older.Watermarks.Committed);
        await replayed.WaitForAsync(older.Watermarks.Committed);
        Assert.Equal(replayed.Point, computed.Point);
    }

    [Theory]
    [InlineData(20, 0, 5, "ends at 5")]
    [InlineData(0, 3, 5, "begins at 3")]
    [InlineData(2, 3, 5, "begins at 3")]
    public async Task A_replica_does_not_go_on_from_a_state_that_its_log_does_not_reach(long position, long start, int end, string said)
    {
        await using MemoryLog log = NewLog();
        await AppendAsync(log, end);
        await log.TrimAsync(new Offset(start));
        var state = new MemoryStore();
        state.Advance(new Offset(position));

        await using ActiveReplica active = ActiveReplica.Open(new Bank(), log, state);
        await using PassiveReplica passive = PassiveReplica.Open(new Bank(), log, new MemoryStore(new Offset(position)));

        foreach (StateException refused in (StateException[])
            [await Assert.ThrowsAsync<StateException>(() => active.WaitForAsync(new Offset(100))), await Assert.ThrowsAsync<StateException>(() => passive.PromoteAsync())])
        {
            Assert.Equal(StateErrors.Misplaced, refused.Code);
            Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_state_on_disk_of_a_log_that_was_trimmed_is_not_computed_from_the_rest()
    {
        await using MemoryLog log = NewLog();
        await AppendAsync(log, 5);
        await log.TrimAsync(new Offset(3));
        await using DiskStore store = MachineStore.Open(new MemoryDisk(), "/state", new Bank(), log);
        await using ActiveReplica replica = ActiveReplica.Open(new Bank(), log, store);

        Assert.Equal(StateErrors.Misplaced, (await Assert.ThrowsAsync<StateException>(() => replica.WaitForAsync(log.Watermarks.Committed))).Code);
    }

    [Fact]
    public async Task Keyframes_that_the_log_does_not_reach_are_passed_over()
    {
        var disk = new MemoryDisk();
        var notices = new List<string>();
        await using (MemoryLog whole = NewLog())
        {
            var keyframes = new KeyframeFolder(disk, "/keyframes", new Bank(), whole, new KeyframePolicy { Newest = 10 });
            for (int round = 0; round < 3; round++)
            {
                await using ActiveReplica replica = ActiveReplica.Open(new Bank(), whole, keyframes.Restore() ?? new MemoryStore(), new ReplicaOptions { Keyframes = keyframes, KeyframeInterval = 4 });
                await GiveAsync(replica, 4);
            }

            Assert.Equal([4, 8, 12], keyframes.List().Select(keyframe => keyframe.Position.Value));
            await whole.TrimAsync(new Offset(6));
            Assert.Equal(8, Open(whole).Restore(new Offset(11))!.Position.Value);
            Assert.Null(Open(whole).Restore(new Offset(7)));
        }

        await using MemoryLog older = NewLog();
        await AppendAsync(older, 9);
        Assert.Equal(8, Open(older).Restore()!.Position.Value);
        Assert.Equal(2, notices.Count);
        Assert.Contains("the log begins at offset 6", notices[0], StringComparison.Ordinal);
        Assert.Contains("the log ends at offset 9", notices[1], StringComparison.Ordinal);

        KeyframeFolder Open(MemoryLog log) => new(disk, "/keyframes", new Bank(), log, notice: notices.Add);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1000-02-03")]
    public async Task Executing_twice_finds_what_the_culture_decides(string input)
    {
        // What a user writes who thinks of nothing.
        var machine = new Scripted((text, state) => state.Put("k"u8, Encoding.UTF8.GetBytes(
            text.Length > 4 ? $"{DateTime.ParseExact(text, "yyyy-MM-dd", null)}" : text.Contains('.', StringComparison.Ordinal) ? $"{double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)}" : $"{int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)}")));
        string culture = System.Globalization.CultureInfo.CurrentCulture.Name;
        await using MemoryLog log = NewLog();
        await using ActiveReplica replica = ActiveReplica.Open(machine, log, new MemoryStore(), new ReplicaOptions { ExecutesTwice = true });

        StateException found = await Assert.ThrowsAsync<StateException>(() => replica.GiveAsync(input));
        Assert.Equal(StateErrors.Nondeterministic, found.Code);
        Assert.Contains("offset 0 the key 'k'", found.Message, StringComparison.Ordinal);
        found = await Assert.ThrowsAsync<StateException>(() => Replay.Of(log, new ReplayOptions { AppliesTwice = true }).Through(machine).RunAsync());
        Assert.Equal(StateErrors.Nondeterministic, found.Code);
        Assert.Equal(culture, System.Globalization.CultureInfo.CurrentCulture.Name);
    }

    [Fact]
    public void A_key_that_only_one_of_two_states_has_is_absent_in_the_other()
    {
        var left = new MemoryStore();
        var right = new MemoryStore();
        right.Put("k"u8, "1"u8, Offset.Zero, 0);
        left.Advance(new Offset(1));
        right.Advance(new Offset(1));
        using IStoreSnapshot ofLeft = left.OpenSnapshot();
        using IStoreSnapshot ofRight = right.OpenSnapshot();

        Divergence found = ReplicaComparison.FindDivergence(ofLeft, ofRight, new Offset(1))!;

        Assert.Null(found.Left);
        Assert.Equal("1"u8.ToArray(), found.Right!.Value.ToArray());
        Assert.Equal("from the record at offset 0 on the key 'k' is absent in one and '1' in the other.", found.ToString());
    }

    private static MemoryLog NewLog() => new(Id, "bank");

    private static async Task GiveAsync(MachineReplica replica, int count)
    {
        for (int number = 0; number < count; number++)
        {
            await replica.GiveAsync("deposit a 1");
        }
    }

    private static async Task AppendAsync(MemoryLog log, int count)
    {
        for (int number = 0; number < count; number++)
        {
            using var builder = new RecordBatchBuilder();
            builder.Append(0, default, "deposit b 1"u8);
            await log.AppendAsync(builder.Build());
        }
    }

    private sealed class Scripted(Action<string, MachineState> execute) : IStateMachine
    {
        public string Name => "scripted";

        public int Version => 1;

        public void Execute(MachineInput input, MachineState state) => execute(Encoding.UTF8.GetString(input.Bytes), state);
    }
}
