using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class ReplicaLogContractTests
{
    [Theory]
    [InlineData(2, 2, 1)]
    [InlineData(3, 3, 2)]
    [InlineData(4, 3, 2)]
    [InlineData(5, 3, 2)]
    [InlineData(6, 6, 3)]
    public async Task Truncating_removes_whole_batches_at_or_after_the_offset_and_appends_go_on_there(long newEnd, long end, int batchesLeft)
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenTold, 2, 1, 3, 2);
        log.AdvanceCommitted(At(2));

        await log.TruncateAsync(At(newEnd));
        Assert.Equal(Marks(0, 2, end), log.Watermarks);

        byte[] other = TestBatch.Tagged("instead", 2);
        AppendResult result = await log.AppendAsync(other.ToArray(), new AppendOptions(At(end), new LeaderEpoch(4)));
        log.AdvanceCommitted(At(long.MaxValue));

        Assert.Equal(At(end), result.BaseOffset);
        Assert.Equal(
            TestBatch.Join([.. batches[..batchesLeft], Stamped(other, At(end), new LeaderEpoch(4))]),
            await ReadAllAsync(log));
    }

    [Theory]
    [InlineData(CommitRule.WhenDurable, 2)]
    [InlineData(CommitRule.WhenTold, 1)]
    [InlineData(CommitRule.WhenTold, 0)]
    [InlineData(CommitRule.WhenTold, -1)]
    public async Task What_is_committed_is_never_truncated(CommitRule rule, long newEnd)
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(rule, 2, 1);
        if (rule == CommitRule.WhenTold)
        {
            log.AdvanceCommitted(At(2));
        }

        LogWatermarks before = log.Watermarks;

        await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.TruncateAsync(At(newEnd)).AsTask());

        Assert.Equal(before, log.Watermarks);
    }

    [Theory]
    [InlineData(CommitRule.WhenDurable)]
    [InlineData(CommitRule.WhenTold)]
    public async Task Truncating_at_the_end_or_later_does_nothing(CommitRule rule)
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(rule, 2, 1);
        LogWatermarks before = log.Watermarks;

        await log.TruncateAsync(At(3));
        await log.TruncateAsync(At(4));
        await log.TruncateAsync(At(long.MaxValue));

        Assert.Equal(before, log.Watermarks);
    }

    [Fact]
    public async Task A_part_of_one_append_can_be_truncated()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);
        byte[] first = TestBatch.Tagged("first", 2);
        await log.AppendAsync(TestBatch.Join(first, TestBatch.Tagged("second", 2), TestBatch.Tagged("third", 2)));

        await log.TruncateAsync(At(2));
        log.AdvanceCommitted(At(6));

        Assert.Equal(Marks(0, 2, 2), log.Watermarks);
        Assert.Equal(Stamped(first, At(0)), await ReadAllAsync(log));
    }

    [Fact]
    public async Task Everything_uncommitted_can_be_truncated_again_and_again()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);
        for (int round = 0; round < 5; round++)
        {
            await AppendEachAsync(log, 1, 2, 1);
            await log.TruncateAsync(At(0));
            Assert.Equal(Marks(0, 0, 0), log.Watermarks);
        }

        byte[][] last = await AppendEachAsync(log, 2);
        log.AdvanceCommitted(At(2));
        Assert.Equal(last[0], await ReadAllAsync(log));
    }

    [Fact]
    public async Task Appends_under_way_are_ended_before_a_truncation()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);
        Task<AppendResult>[] appends = [.. Enumerable.Range(0, 20).Select(index => log.AppendAsync(TestBatch.Tagged($"append {index}")).AsTask())];

        await SoonAsync(log.TruncateAsync(At(5)));

        AppendResult[] results = await SoonAsync(Task.WhenAll(appends));
        Assert.Equal(Enumerable.Range(0, 20).Select(index => At(index)), results.Select(result => result.BaseOffset));
        Assert.Equal(Marks(0, 0, 5), log.Watermarks);
    }

    [Fact]
    public async Task A_waiter_whose_offset_was_truncated_waits_for_what_is_appended_there_instead()
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenTold, 1, 1);
        Task waiter = log.WaitForCommittedAsync(At(1)).AsTask();

        await log.TruncateAsync(At(1));
        log.AdvanceCommitted(At(2));
        Assert.False(waiter.IsCompleted);
        await AppendEachAsync(log, 1);
        log.AdvanceCommitted(At(2));

        await SoonAsync(waiter);
    }
}
