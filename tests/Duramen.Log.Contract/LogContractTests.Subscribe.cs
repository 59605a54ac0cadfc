using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Fact]
    public async Task A_subscription_returns_what_is_there_and_then_what_comes()
    {
        (ILog log, byte[][] there) = await NewLogOfAsync(2, 1);
        await using IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(At(0)).GetAsyncEnumerator();

        Assert.Equal(TestBatch.Join(there), await NextAsync(follower));
        Task<byte[]> next = NextAsync(follower);
        Assert.False(next.IsCompleted);
        byte[][] come = await AppendEachAsync(log, 3);

        Assert.Equal(come[0], await next);
    }

    [Fact]
    public async Task A_subscription_from_inside_a_batch_begins_with_that_batch()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(2, 3, 1);
        await using IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(At(3), new ReadLimits(0)).GetAsyncEnumerator();

        Assert.Equal(batches[1], await NextAsync(follower));
        Assert.Equal(batches[2], await NextAsync(follower));
    }

    [Fact]
    public async Task Cancelling_ends_a_subscription_that_waits()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(1);
        using CancellationTokenSource cancellation = new();
        await using IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(At(0), null, cancellation.Token).GetAsyncEnumerator();
        Assert.Equal(batches[0], await NextAsync(follower));
        Task<byte[]> next = NextAsync(follower);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task A_subscription_that_was_overtaken_by_a_trim_says_so()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(1, 1, 1, 1);
        await using IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(At(0), new ReadLimits(0)).GetAsyncEnumerator();
        Assert.Equal(batches[0], await NextAsync(follower));

        await log.TrimAsync(At(3));

        await RefusesAsync(LogErrors.OffsetOutOfRange, () => NextAsync(follower));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public async Task A_subscription_from_outside_the_readable_offsets_is_refused(long from)
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(1);
        await using IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(At(from)).GetAsyncEnumerator();

        await RefusesAsync(LogErrors.OffsetOutOfRange, () => NextAsync(follower));
    }

    [Fact]
    public async Task Followers_of_a_log_that_grows_get_every_batch_once_and_in_order()
    {
        ILog log = await NewLogAsync();
        int[] limits = [0, 200, 1 << 20];
        Task<byte[]>[] followers = [.. limits.Select(maxBytes => Task.Run(() => FollowAsync(log, new ReadLimits(maxBytes), At(300))))];
        Task[] writers = [.. Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            for (int index = 0; index < 50; index++)
            {
                await log.AppendAsync(TestBatch.Tagged($"writer {writer} append {index}", 2));
            }
        }))];

        await SoonAsync(Task.WhenAll(writers));
        byte[] expected = await ReadAllAsync(log);

        foreach (byte[] followed in await SoonAsync(Task.WhenAll(followers)))
        {
            Assert.Equal(expected, followed);
        }
    }

    private protected static async Task<byte[]> NextAsync(IAsyncEnumerator<LogSlice> follower)
    {
        Assert.True(await SoonAsync(follower.MoveNextAsync()));
        using LogSlice slice = follower.Current;
        return slice.Batches.ToArray();
    }

    private static async Task<byte[]> FollowAsync(ILog log, ReadLimits limits, Offset until)
    {
        List<byte> followed = [];
        await foreach (LogSlice slice in log.SubscribeAsync(Offset.Zero, limits))
        {
            using (slice)
            {
                followed.AddRange(slice.Batches.Span);
                if (slice.NextOffset >= until)
                {
                    break;
                }
            }
        }

        return [.. followed];
    }
}
