using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class ReplicaLogContractTests
{
    [Fact]
    public async Task Reading_at_the_committed_end_is_empty_at_once_although_more_is_appended()
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenTold, 3);

        using LogSlice slice = await SoonAsync(log.ReadAsync(At(0), NoLimits));

        Assert.True(slice.Batches.IsEmpty);
        Assert.Equal(At(0), slice.NextOffset);
    }

    [Fact]
    public async Task A_subscription_never_returns_what_is_not_committed()
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenTold, 1, 1, 1);
        log.AdvanceCommitted(At(1));
        await using IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(At(0)).GetAsyncEnumerator();

        Assert.Equal(batches[0], await NextAsync(follower));
        Task<byte[]> next = NextAsync(follower);
        Assert.False(next.IsCompleted);
        log.AdvanceCommitted(At(2));

        Assert.Equal(batches[1], await next);
    }

    [Fact]
    public async Task What_is_not_committed_is_not_found()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);
        await log.AppendAsync(TestBatch.At(10));
        await log.AppendAsync(TestBatch.At(20));
        log.AdvanceCommitted(At(1));

        Assert.Equal(new TimestampMatch(At(0), 10), await log.FindTimestampAsync(5));
        Assert.Null(await log.FindTimestampAsync(15));

        log.AdvanceCommitted(At(2));
        Assert.Equal(new TimestampMatch(At(1), 20), await log.FindTimestampAsync(15));
    }

    [Fact]
    public async Task A_waiter_returns_when_its_offset_is_committed_and_not_when_it_is_appended()
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenTold, 1);
        Task near = log.WaitForCommittedAsync(At(1)).AsTask();
        Task far = log.WaitForCommittedAsync(At(3)).AsTask();

        await AppendEachAsync(log, 2);
        Assert.False(near.IsCompleted);
        log.AdvanceCommitted(At(1));
        Assert.False(near.IsCompleted);
        log.AdvanceCommitted(At(3));
        await SoonAsync(near);
        Assert.True(log.Watermarks.Committed >= At(3));
        Assert.False(far.IsCompleted);

        await AppendEachAsync(log, 1);
        log.AdvanceCommitted(At(4));
        await SoonAsync(far);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    public async Task Trimming_what_is_not_committed_is_refused_and_trims_nothing(long newStart)
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenTold, 2, 1);
        log.AdvanceCommitted(At(2));

        await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.TrimAsync(At(newStart)).AsTask());

        Assert.Equal(Marks(0, 2, 3), log.Watermarks);
    }

    [Fact]
    public async Task Trimming_what_is_committed_leaves_what_is_not()
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenTold, 2, 3);
        log.AdvanceCommitted(At(2));

        await log.TrimAsync(At(2));
        Assert.Equal(Marks(2, 2, 5), log.Watermarks);
        log.AdvanceCommitted(At(5));

        Assert.Equal(batches[1], await ReadAllAsync(log));
    }

    [Fact]
    public async Task The_expected_end_is_the_end_of_all_that_was_appended_not_of_what_is_committed()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);
        await log.AppendAsync(TestBatch.Tagged("a", 4));

        await RefusesAsync(LogErrors.Conflict, () => log.AppendAsync(TestBatch.Tagged("b"), new AppendOptions(At(0))).AsTask());

        Assert.Equal(At(4), (await log.AppendAsync(TestBatch.Tagged("b"), new AppendOptions(At(4)))).BaseOffset);
    }

    [Fact]
    public async Task Every_slice_that_is_read_while_others_write_commit_and_trim_is_what_was_appended_at_its_offsets()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);

        await ReadWhileOthersWriteAsync(log, () => log.AdvanceCommitted(log.Watermarks.End));
    }

    [Fact]
    public async Task The_producers_are_listed_as_they_stand_after_a_truncation()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);
        await log.AppendAsync(TestBatch.From(Producer, 0, 0, 3), Checked);
        await log.AppendAsync(TestBatch.From(Producer + 1, 4, 7, 1), Checked);
        await log.AppendAsync(TestBatch.From(Producer, 0, 3, 2), Checked);
        await log.AppendAsync(TestBatch.From(Producer + 1, 5, 0, 1), Checked);
        log.AdvanceCommitted(At(2));
        await log.TruncateAsync(At(4));

        Assert.Equal(
            [(Producer, 0, 2), (Producer + 1, 4, 7)],
            (await log.ListProducersAsync()).Select(known => (known.Producer.Value, (int)known.Epoch, known.LastSequence)));
    }

    [Fact]
    public async Task What_is_truncated_was_never_sent()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);
        for (int batch = 0; batch < 7; batch++)
        {
            await log.AppendAsync(TestBatch.From(Producer, 0, batch, 1), Checked);
        }

        await log.AppendAsync(TestBatch.From(Producer, 1, 0, 1), Checked);
        await log.AppendAsync(TestBatch.From(Producer + 1, 0, 0, 1), Checked);
        log.AdvanceCommitted(At(2));

        await log.TruncateAsync(At(4));

        Assert.Equal(At(0), (await log.AppendAsync(TestBatch.From(Producer, 0, 0, 1), Checked)).BaseOffset);
        Assert.Equal(At(3), (await log.AppendAsync(TestBatch.From(Producer, 0, 3, 1), Checked)).BaseOffset);
        Assert.Equal(new AppendResult(At(4), At(5)), await log.AppendAsync(TestBatch.From(Producer, 0, 4, 1), Checked));
        Assert.Equal(new AppendResult(At(5), At(6)), await log.AppendAsync(TestBatch.From(Producer + 1, 0, 5, 1), Checked));
    }
}
