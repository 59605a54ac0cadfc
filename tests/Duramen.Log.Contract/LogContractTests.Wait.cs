using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Fact]
    public async Task Waiting_for_what_is_committed_returns_at_once()
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(3);
        await log.TrimAsync(At(2));

        await SoonAsync(log.WaitForCommittedAsync(At(2)));
        await SoonAsync(log.WaitForCommittedAsync(At(0)));
    }

    [Fact]
    public async Task A_waiter_returns_when_its_offset_is_committed_and_not_before()
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(1);
        Task near = log.WaitForCommittedAsync(At(1)).AsTask();
        Task far = log.WaitForCommittedAsync(At(3)).AsTask();

        await AppendEachAsync(log, 2);
        await SoonAsync(near);
        Assert.True(log.Watermarks.Committed >= At(3));
        Assert.False(far.IsCompleted);

        await AppendEachAsync(log, 1);
        await SoonAsync(far);
    }

    [Fact]
    public async Task A_cancelled_waiter_ends_and_the_others_go_on()
    {
        ILog log = await NewLogAsync();
        using CancellationTokenSource cancellation = new();
        Task cancelled = log.WaitForCommittedAsync(At(0), cancellation.Token).AsTask();
        using CancellationTokenSource never = new();
        Task patient = log.WaitForCommittedAsync(At(0), never.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SoonAsync(cancelled));
        Assert.False(patient.IsCompleted);
        await AppendEachAsync(log, 1);
        await SoonAsync(patient);
    }

    [Fact]
    public async Task Each_of_many_waiters_returns_when_its_own_offset_is_committed()
    {
        ILog log = await NewLogAsync();
        Task[] waiters = [.. Enumerable.Range(0, 2_000).Select(index => log.WaitForCommittedAsync(At(index * 7 % 1_000)).AsTask())];

        await AppendEachAsync(log, 400);
        await SoonAsync(Task.WhenAll(waiters.Where((_, index) => index * 7 % 1_000 < 400)));
        Assert.All(waiters.Where((_, index) => index * 7 % 1_000 >= 400), waiter => Assert.False(waiter.IsCompleted));

        await AppendEachAsync(log, 600);
        await SoonAsync(Task.WhenAll(waiters));
    }

    [Fact]
    public async Task A_waiter_sees_what_it_waited_for()
    {
        ILog log = await NewLogAsync();
        Task<int> reader = Task.Run(async () =>
        {
            for (int index = 0; index < 100; index++)
            {
                await log.WaitForCommittedAsync(At(index));
                Assert.True(log.Watermarks.Committed > At(index));
                using LogSlice slice = await log.ReadAsync(At(index), new ReadLimits(0));
                Assert.Equal(At(index), Assert.Single(Split(slice.Batches)).BaseOffset);
            }

            return 100;
        });

        for (int index = 0; index < 100; index++)
        {
            await AppendEachAsync(log, 1);
        }

        Assert.Equal(100, await SoonAsync(reader));
    }

    [Fact]
    public async Task A_closed_log_fails_those_who_wait_and_every_later_call()
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(1);
        using CancellationTokenSource never = new();
        Task waiter = log.WaitForCommittedAsync(At(1)).AsTask();
        Task cancellable = log.WaitForCommittedAsync(At(5), never.Token).AsTask();
        IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(At(1)).GetAsyncEnumerator();
        Task<bool> following = follower.MoveNextAsync().AsTask();

        await CloseAsync(log);

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => SoonAsync(waiter),
            () => SoonAsync(cancellable),
            () => SoonAsync(following),
            () => log.WaitForCommittedAsync(At(0)).AsTask(),
            () => log.AppendAsync(TestBatch.Tagged("late")).AsTask(),
            () => log.TryAppendAsync(TestBatch.Tagged("late")).AsTask(),
            () => log.ReadAsync(At(0), NoLimits).AsTask(),
            () => log.FindTimestampAsync(0).AsTask(),
            () => log.ListProducersAsync().AsTask(),
            () => log.TrimAsync(At(1)).AsTask(),
        })
        {
            await RefusesAsync(LogErrors.Closed, call);
        }

        Assert.Equal(Marks(0, 1, 1), log.Watermarks);
        await follower.DisposeAsync();
    }
}
