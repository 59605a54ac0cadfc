using Duramen.Core.Ids;
using Duramen.Log.Waiting;
using Xunit;

namespace Duramen.Log.Tests.Waiting;

public sealed class CommitWaitersTests
{
    /// <summary>Only turns a hang into a failure.</summary>
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private readonly CommitWaiters _waiters = new(new Offset(10));

    [Fact]
    public void Who_waits_for_what_is_committed_is_let_go_at_once()
    {
        Assert.True(Wait(9).IsCompletedSuccessfully);
        Assert.True(Wait(-1).IsCompletedSuccessfully);
        Assert.Equal(0, _waiters.Count);
    }

    [Fact]
    public async Task Advancing_lets_go_those_below_and_no_other()
    {
        long[] offsets = [30, 10, 20, 11, 10, 25, 19, 20];
        Task[] tasks = [.. offsets.Select(offset => Wait(offset))];

        _waiters.Advance(new Offset(20));

        await Task.WhenAll(tasks.Where((_, index) => offsets[index] < 20)).WaitAsync(HangGuard);
        Assert.All(tasks.Where((_, index) => offsets[index] >= 20), task => Assert.False(task.IsCompleted));
        Assert.Equal(4, _waiters.Count);

        _waiters.Advance(new Offset(31));
        await Task.WhenAll(tasks).WaitAsync(HangGuard);
        Assert.Equal(0, _waiters.Count);
    }

    [Fact]
    public void Advancing_to_where_it_stands_or_back_lets_nobody_go()
    {
        Task waiting = Wait(10);

        _waiters.Advance(new Offset(10));
        _waiters.Advance(new Offset(3));

        Assert.False(waiting.IsCompleted);
        Assert.True(Wait(9).IsCompletedSuccessfully);
        Assert.False(Wait(10).IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_waiter_leaves_nothing_behind()
    {
        using CancellationTokenSource cancellation = new();
        Task[] cancelled = [.. Enumerable.Range(0, 100).Select(index => Wait(10 + (index % 3), cancellation.Token))];
        Task stays = Wait(11);
        Assert.Equal(101, _waiters.Count);

        await cancellation.CancelAsync();

        Assert.Equal(1, _waiters.Count);
        foreach (Task task in cancelled)
        {
            OperationCanceledException ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(HangGuard));
            Assert.Equal(cancellation.Token, ended.CancellationToken);
        }

        Assert.False(stays.IsCompleted);
    }

    [Fact]
    public async Task A_waiter_that_was_let_go_is_not_cancelled_afterwards()
    {
        using CancellationTokenSource cancellation = new();
        Task waiting = Wait(10, cancellation.Token);

        _waiters.Advance(new Offset(11));
        await cancellation.CancelAsync();

        await waiting.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_adds_no_waiter()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait(10, new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait(9, new CancellationToken(canceled: true)));

        Assert.Equal(0, _waiters.Count);
    }

    [Fact]
    public async Task Failing_fails_those_who_wait_and_those_who_come_each_with_its_own_exception_and_the_first_reason()
    {
        using CancellationTokenSource never = new();
        Task[] waiting = [Wait(10), Wait(20, never.Token)];

        _waiters.Fail(() => new LogException(LogErrors.Closed, "first"));
        _waiters.Fail(() => new LogException(LogErrors.Failed, "second"));
        _waiters.Advance(new Offset(100));

        LogException[] failures = await Task.WhenAll(waiting.Append(Wait(10)).Append(Wait(0)).Select(
            task => Assert.ThrowsAsync<LogException>(() => task.WaitAsync(HangGuard))));
        Assert.All(failures, failure => Assert.Equal("first", failure.Message));
        Assert.Equal(failures.Length, failures.Distinct().Count());
        Assert.Equal(0, _waiters.Count);
    }

    [Fact]
    public void Continuations_do_not_run_inside_the_call_that_lets_go()
    {
        int caller = Environment.CurrentManagedThreadId;
        using ManualResetEventSlim letGo = new();
        Task<int> continuation = Wait(10).ContinueWith(
            _ =>
            {
                letGo.Wait(HangGuard);
                return Environment.CurrentManagedThreadId;
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        // Would hang here if it ran the continuation itself.
        _waiters.Advance(new Offset(11));
        Assert.False(continuation.IsCompleted);
        letGo.Set();

#pragma warning disable xUnit1031 // Awaiting could move this test to the very thread it asks about.
        Assert.True(continuation.Wait(HangGuard));
        Assert.NotEqual(caller, continuation.Result);
#pragma warning restore xUnit1031
    }

    [Fact]
    public async Task Waiting_cancelling_and_advancing_at_once_lose_nobody()
    {
        using CancellationTokenSource cancellation = new();
        Task<int>[] askers = [.. Enumerable.Range(0, 4).Select(asker => Task.Run(async () =>
        {
            int cancelled = 0;
            for (int index = 0; index < 500; index++)
            {
                CancellationToken token = asker == 0 && index == 250 ? cancellation.Token : CancellationToken.None;
                try
                {
                    using CancellationTokenSource own = CancellationTokenSource.CreateLinkedTokenSource(token);
                    Task waiting = Wait(10 + index, own.Token);
                    if (index % 5 == asker)
                    {
                        await own.CancelAsync();
                    }

                    await waiting;
                }
                catch (OperationCanceledException)
                {
                    cancelled++;
                }
            }

            return cancelled;
        }))];
        Task advancer = Task.Run(async () =>
        {
            for (int committed = 11; committed <= 510; committed++)
            {
                _waiters.Advance(new Offset(committed));
                await Task.Yield();
            }
        });

        await Task.WhenAll(askers).WaitAsync(HangGuard);
        await advancer.WaitAsync(HangGuard);

        Assert.All(await Task.WhenAll(askers), cancelled => Assert.InRange(cancelled, 0, 100));
        Assert.Equal(0, _waiters.Count);
    }

    [Fact]
    public void Advancing_with_nobody_to_let_go_and_waiting_for_what_is_committed_allocate_nothing()
    {
        _ = Wait(1_000_000);
        AdvanceAndWait(11);

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool completed = AdvanceAndWait(100);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(completed);
        Assert.Equal(0, allocated);
    }

    private bool AdvanceAndWait(long committed)
    {
        _waiters.Advance(new Offset(committed));
        return Wait(committed - 1).IsCompletedSuccessfully;
    }

    private Task Wait(long offset, CancellationToken cancellationToken = default) => _waiters.WaitAsync(new Offset(offset), cancellationToken).AsTask();
}
