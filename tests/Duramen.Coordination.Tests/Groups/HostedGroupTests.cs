using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

/// <summary>A group machine in its host, on a log.</summary>
public sealed class HostedGroupTests : IAsyncDisposable
{
    /// <summary>Only turns a hang into a failure.</summary>
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private static readonly LogId AnyId = new(new Guid("7b1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"));

    private readonly Coordinator _calls = new();
    private readonly MemoryLog _log = new(AnyId, "__consumer_offsets-0", CommitRule.WhenTold);

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task A_commit_is_answered_when_it_is_committed_and_so_is_a_fetch_that_saw_it()
    {
        await using MachineHost<GroupMachine> host = await OpenAsync();
        Task<IReadOnlyList<GroupError>> commit = host.ExecuteAsync(new CommitOffsets
        {
            GroupId = "g",
            Offsets = [new OffsetToCommit("t", 0, new Offset(9), LeaderEpoch.None, null)],
        });
        Task<IReadOnlyList<FetchedOffset>> fetch = host.ExecuteAsync(new FetchOffsets("g", null));
        Assert.False(commit.IsCompleted);
        Assert.False(fetch.IsCompleted);
        CommitAll();
        Assert.Equal([GroupError.None], await commit.WaitAsync(HangGuard));
        Assert.Equal(9, Assert.Single(await fetch.WaitAsync(HangGuard)).Committed!.Offset.Value);
    }

    [Fact]
    public async Task A_parked_join_is_answered_by_the_call_that_completes_the_generation()
    {
        await using MachineHost<GroupMachine> host = await OpenAsync();
        JoinReply first = await host.ExecuteAsync(_calls.NewJoin()).WaitAsync(HangGuard);
        Task<JoinReply> parked = host.ExecuteAsync(_calls.NewJoin());
        Assert.Equal(GroupState.PreparingRebalance, (await host.ExecuteAsync(new DescribeGroup(Coordinator.Group)).WaitAsync(HangGuard)).State);
        Assert.False(parked.IsCompleted);
        JoinReply again = await host.ExecuteAsync(_calls.NewJoin(first.MemberId)).WaitAsync(HangGuard);
        Assert.Equal(again.Generation, (await parked.WaitAsync(HangGuard)).Generation);
    }

    [Fact]
    public async Task The_next_host_on_the_log_knows_the_members_and_parked_calls_end_with_the_last()
    {
        JoinReply joined;
        Task<JoinReply> parked;
        await using (MachineHost<GroupMachine> host = await OpenAsync())
        {
            joined = await host.ExecuteAsync(_calls.NewJoin()).WaitAsync(HangGuard);
            Task<SyncReply> sync = host.ExecuteAsync(_calls.NewSync(joined, (joined.MemberId, "all")));
            CommitAll();
            Assert.Equal(GroupError.None, (await sync.WaitAsync(HangGuard)).Error);
            parked = host.ExecuteAsync(_calls.NewJoin());
        }

        StateException ended = await Assert.ThrowsAsync<StateException>(() => parked.WaitAsync(HangGuard));
        Assert.Equal(StateErrors.Closed, ended.Code);
        await using MachineHost<GroupMachine> next = await OpenAsync();
        Heartbeat beat = new() { GroupId = Coordinator.Group, MemberId = joined.MemberId, Generation = joined.Generation };
        Assert.Equal(GroupError.None, await next.ExecuteAsync(beat).WaitAsync(HangGuard));
    }

    private ValueTask<MachineHost<GroupMachine>> OpenAsync() =>
        MachineHost.OpenAsync(new GroupMachine(new GroupOptions { InitialRebalanceDelayMs = 0 }), _log);

    private void CommitAll() => _log.AdvanceCommitted(_log.Watermarks.Durable);
}
