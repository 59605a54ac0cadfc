using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State.Entities;
using Duramen.State.Tests.Tables;

namespace Duramen.State.Tests.Entities;

/// <summary>Appends to entities while others are on their way into the log.</summary>
public sealed class EntityFlightTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "orders");
    private readonly MemoryDisk _disk = new();
    private readonly DoorLog _door;
    private readonly EntityLog _entities;

    public EntityFlightTests()
    {
        _door = new DoorLog(_log) { IsOpen = true };
        _entities = EntityLog.Open(_disk, "/entities", _door);
    }

    public static TheoryData<string> Refusals => [LogErrors.Full.Name, LogErrors.Failed.Name, LogErrors.ProducerFenced.Name, LogErrors.Closed.Name];

    public async Task InitializeAsync()
    {
        await _entities.AppendAsync("a", ["one"]);
        _door.IsOpen = false;
    }

    public async Task DisposeAsync() => await _entities.DisposeAsync();

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task The_versions_of_an_append_that_failed_in_the_log_are_free_again(string code)
    {
        Task<EntityAppendOutcome> failing = TryAsync("a", "failing", new EntityVersion(1), "r1");
        TaskCompletionSource door = await _door.NextAsync();

        // Decided on what that append would have made: these are decided again.
        Task<EntityAppendOutcome> same = TryAsync("a", "same", new EntityVersion(1));
        Task<EntityAppendOutcome> follows = TryAsync("a", "follows", new EntityVersion(2));
        Task<EntityAppendOutcome> request = TryAsync("a", "request", ExpectedVersion.Any, "r1");
        Task<EntityAppendOutcome> other = TryAsync("b", "other", ExpectedVersion.MustNotExist);
        door.SetException(new LogException(new ErrorCode(code), "The log refused."));
        await Assert.ThrowsAsync<EntityException>(() => failing);
        await _door.PassAsync();
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Appended, new EntityVersion(2), new Offset(1)), await same);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Appended, new EntityVersion(3), new Offset(2)), await follows);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Appended, new EntityVersion(4), new Offset(3)), await request);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Appended, new EntityVersion(1), new Offset(4)), await other);
        Assert.Equal("v4 [1:one@0 2:same@1 3:follows@2 4:request@3]", await _entities.ReadTextAsync("a"));
    }

    [Fact]
    public async Task Appends_that_followed_from_one_that_failed_are_refused_at_the_version_that_there_is()
    {
        Task<EntityAppendOutcome> failing = TryAsync("a", "failing", new EntityVersion(1));
        TaskCompletionSource door = await _door.NextAsync();
        Task<EntityAppendOutcome> follows = TryAsync("a", "follows", new EntityVersion(2));
        Task<EntityAppendOutcome> further = TryAsync("a", "further", new EntityVersion(3));
        door.SetException(new LogException(LogErrors.Full, "There is no room."));
        EntityException full = await Assert.ThrowsAsync<EntityException>(() => failing);
        Assert.Equal(LogErrors.Full, full.Code);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Conflict, new EntityVersion(1), default), await follows);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Conflict, new EntityVersion(1), default), await further);
        Assert.Equal(new Offset(1), _log.Watermarks.End);
    }

    [Fact]
    public async Task A_refusal_waits_for_the_append_that_it_follows_from()
    {
        Task<EntityAppendOutcome> first = TryAsync("a", "first", new EntityVersion(1), "r1");
        TaskCompletionSource door = await _door.NextAsync();
        Task<EntityAppendOutcome> conflict = TryAsync("a", "conflict", new EntityVersion(1));
        Task<EntityAppendOutcome> duplicate = TryAsync("a", "duplicate", new EntityVersion(1), "r1");
        Assert.False(first.IsCompleted || conflict.IsCompleted || duplicate.IsCompleted);
        door.SetResult();
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Appended, new EntityVersion(2), new Offset(1)), await first);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Conflict, new EntityVersion(2), default), await conflict);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Duplicate, new EntityVersion(2), new Offset(1)), await duplicate);
        Assert.Equal("v2 [1:one@0 2:first@1]", await _entities.ReadTextAsync("a"));
    }

    [Fact]
    public async Task Of_two_owners_of_one_log_the_later_one_decides_again_all_that_is_on_its_way()
    {
        await using EntityLog others = EntityLog.Open(_disk, "/others", _log);
        Task<EntityAppendOutcome> mine = TryAsync("a", "mine", new EntityVersion(1));
        TaskCompletionSource door = await _door.NextAsync();
        Task<EntityAppendOutcome> follows = TryAsync("a", "follows", new EntityVersion(2));
        Task<EntityAppendOutcome> elsewhere = TryAsync("b", "elsewhere", ExpectedVersion.MustNotExist);

        // As many records as those that are at the door, so that what follows them would fit behind these.
        Assert.Equal(2, (await others.AppendAsync("a", ["theirs"], new EntityVersion(1))).Version.Value);
        door.SetResult();
        await _door.PassAsync();
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Conflict, new EntityVersion(2), default), await mine);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Appended, new EntityVersion(3), new Offset(2)), await follows);
        Assert.Equal(new EntityAppendOutcome(EntityAppendStatus.Appended, new EntityVersion(1), new Offset(3)), await elsewhere);
        Assert.Equal("v3 [1:one@0 2:theirs@1 3:follows@2]", await others.ReadTextAsync("a"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Whoever_blocks_when_he_is_answered_keeps_nobody_else_from_appending(int count)
    {
        using var isFree = new ManualResetEventSlim();
        using var areBlocked = new CountdownEvent(count);
        Task<EntityAppendOutcome> first = TryAsync("a", "first", ExpectedVersion.Any);
        TaskCompletionSource door = await _door.NextAsync();
        Task[] blocking = [.. Enumerable.Range(0, count).Select(BlockAsync)];
        _door.IsOpen = true;
        door.SetResult();
        await first;
        Assert.True(areBlocked.Wait(Patience));
        for (int append = 0; append < 10; append++)
        {
            Assert.Equal(append + 1, (await TryAsync("going", "x", new EntityVersion(append))).Version.Value);
        }

        isFree.Set();
        await Task.WhenAll(blocking);

        async Task BlockAsync(int index)
        {
            await _entities.TryAppendAsync($"blocking{index}", ["x"], ExpectedVersion.MustNotExist).ConfigureAwait(false);
            areBlocked.Signal();
            Assert.True(isFree.Wait(Patience));
        }
    }

    [Fact]
    public async Task No_caller_carries_the_appends_of_others_for_ever()
    {
        _door.IsOpen = true;
        using var isOver = new CancellationTokenSource();
        Task[] others = [.. Enumerable.Range(0, 4).Select(other => Task.Run(async () =>
        {
            while (!isOver.IsCancellationRequested)
            {
                await _entities.AppendAsync($"other{other}", ["x"]).ConfigureAwait(false);
            }
        }))];
        await Task.Run(async () =>
        {
            for (int append = 0; append < 1000; append++)
            {
                // The call itself must come back.
                ValueTask<EntityAppendResult> mine = _entities.AppendAsync("mine", ["x"], new EntityVersion(append));
                Assert.Equal(append + 1, (await mine.ConfigureAwait(false)).Version.Value);
            }
        }).WaitAsync(Patience);
        await isOver.CancelAsync();
        await Task.WhenAll(others);
    }

    private Task<EntityAppendOutcome> TryAsync(string key, string value, ExpectedVersion expected, string? requestId = null) =>
        _entities.TryAppendAsync(key, [value], expected, requestId).AsTask().WaitAsync(Patience);
}
