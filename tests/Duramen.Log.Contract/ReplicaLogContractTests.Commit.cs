using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class ReplicaLogContractTests
{
    [Fact]
    public async Task What_is_not_committed_is_never_read()
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenTold, 2, 1, 3);

        Assert.Empty(await ReadAllAsync(log));
        foreach (long beyond in new long[] { 1, 2, 6, 7 })
        {
            await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.ReadAsync(At(beyond), NoLimits).AsTask());
        }

        log.AdvanceCommitted(At(3));
        Assert.Equal(TestBatch.Join(batches[..2]), await ReadAllAsync(log));
        await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.ReadAsync(At(4), NoLimits).AsTask());

        log.AdvanceCommitted(At(6));
        Assert.Equal(TestBatch.Join(batches), await ReadAllAsync(log));
    }

    [Fact]
    public async Task Committing_never_goes_back()
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenTold, 1, 1, 1);
        log.AdvanceCommitted(At(2));

        foreach (long back in new long[] { 2, 1, 0, -1, long.MinValue })
        {
            log.AdvanceCommitted(At(back));
            Assert.Equal(Marks(0, 2, 3), log.Watermarks);
        }
    }

    [Fact]
    public async Task Committing_past_what_is_durable_commits_that_and_nothing_that_comes_later()
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenTold, 2);

        log.AdvanceCommitted(At(long.MaxValue));
        Assert.Equal(Marks(0, 2, 2), log.Watermarks);

        await AppendEachAsync(log, 1);
        Assert.Equal(Marks(0, 2, 3), log.Watermarks);
        Assert.Equal(batches[0], await ReadAllAsync(log));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    [InlineData(7, 6)]
    public async Task Committing_inside_a_batch_commits_what_is_before_it(long told, long committed)
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenTold, 2, 3);
        await log.AppendAsync(TestBatch.Join(TestBatch.Tagged("c"), TestBatch.Tagged("d", 2)));

        log.AdvanceCommitted(At(told));

        Assert.Equal(Marks(0, committed, 8), log.Watermarks);
        Assert.Equal(At(committed), Split(await ReadAllAsync(log))[^1].NextOffset);
    }

    [Fact]
    public async Task A_log_that_commits_by_itself_cannot_be_told()
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenDurable, 2);

        Assert.Throws<InvalidOperationException>(() => log.AdvanceCommitted(At(2)));
    }
}
