using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

/// <summary>What a log that can be closed and opened again must do besides.</summary>
public abstract class SurvivingLogContractTests : ReplicaLogContractTests
{
    /// <inheritdoc/>
    protected sealed override bool Survives => true;

    /// <inheritdoc/>
    protected abstract override ValueTask<IReplicaLog> ReopenAsync(IReplicaLog log);

    [Fact]
    public async Task A_log_that_is_opened_again_is_the_same_log()
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenDurable, 2, 1, 4);
        (LogId id, string name) = (log.Id, log.Name);

        IReplicaLog again = await OpenAgainAsync(log);

        Assert.Equal((id, name, CommitRule.WhenDurable), (again.Id, again.Name, again.CommitRule));
        Assert.Equal(Marks(0, 7, 7), again.Watermarks);
        Assert.Equal(TestBatch.Join(batches), await ReadAllAsync(again));
        byte[][] more = await AppendEachAsync(again, 1);
        Assert.Equal(TestBatch.Join([.. batches, .. more]), await ReadAllAsync(again));
    }

    [Fact]
    public async Task An_empty_log_is_empty_when_it_is_opened_again()
    {
        IReplicaLog again = await OpenAgainAsync(await NewLogAsync(CommitRule.WhenDurable));

        Assert.Equal(Marks(0, 0, 0), again.Watermarks);
        Assert.Empty(await ReadAllAsync(again));
    }

    [Fact]
    public async Task What_was_durable_but_not_committed_is_there_again_and_what_was_committed_can_be_told_again()
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenTold, 2, 1, 4);
        log.AdvanceCommitted(At(3));

        IReplicaLog again = await OpenAgainAsync(log);

        Assert.Equal(CommitRule.WhenTold, again.CommitRule);
        Assert.Equal((At(7), At(7)), (again.Watermarks.Durable, again.Watermarks.End));
        Assert.InRange(again.Watermarks.Committed.Value, 0, 3);
        again.AdvanceCommitted(At(3));
        Assert.Equal(TestBatch.Join(batches[..2]), await ReadAllAsync(again));
        again.AdvanceCommitted(At(7));
        Assert.Equal(TestBatch.Join(batches), await ReadAllAsync(again));
    }

    [Fact]
    public async Task What_is_known_of_producers_survives()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenDurable);
        for (int batch = 0; batch < 7; batch++)
        {
            await log.AppendAsync(TestBatch.From(Producer, 0, batch * 2, 2), Checked);
            await log.AppendAsync(TestBatch.From(Producer + 1, (short)batch, 0, 1), Checked);
        }

        await log.TrimAsync(At(10));
        IReadOnlyList<KnownProducer> known = await log.ListProducersAsync();
        IReplicaLog again = await OpenAgainAsync(await OpenAgainAsync(log));
        Assert.Equal(known, await again.ListProducersAsync());

        for (int batch = 2; batch < 7; batch++)
        {
            Assert.Equal(new AppendResult(At(batch * 3), At((batch * 3) + 2), IsDuplicate: true), await again.AppendAsync(TestBatch.From(Producer, 0, batch * 2, 2), Checked));
        }

        await RefusesAsync(LogErrors.SequenceGap, () => again.AppendAsync(TestBatch.From(Producer, 0, 2, 2), Checked).AsTask());
        await RefusesAsync(LogErrors.ProducerFenced, () => again.AppendAsync(TestBatch.From(Producer + 1, 5, 0, 1), Checked).AsTask());
        Assert.Equal(new AppendResult(At(21), At(22)), await again.AppendAsync(TestBatch.From(Producer, 0, 14, 1), Checked));
    }

    [Fact]
    public async Task What_is_truncated_was_never_sent_also_when_the_log_was_opened_again_before_or_after()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenTold);
        for (int batch = 0; batch < 8; batch++)
        {
            await log.AppendAsync(TestBatch.From(Producer, 0, batch, 1), Checked);
        }

        await log.AppendAsync(TestBatch.From(Producer, 1, 0, 1), Checked);
        log.AdvanceCommitted(At(2));

        IReplicaLog again = await OpenAgainAsync(log);
        await again.TruncateAsync(At(3));
        Assert.True((await again.AppendAsync(TestBatch.From(Producer, 0, 2, 1), Checked)).IsDuplicate);
        await again.AppendAsync(TestBatch.From(Producer, 0, 3, 1), Checked);
        await again.TruncateAsync(At(3));

        IReplicaLog last = await OpenAgainAsync(again);
        Assert.True((await last.AppendAsync(TestBatch.From(Producer, 0, 0, 1), Checked)).IsDuplicate);
        Assert.True((await last.AppendAsync(TestBatch.From(Producer, 0, 2, 1), Checked)).IsDuplicate);
        Assert.Equal(new AppendResult(At(3), At(4)), await last.AppendAsync(TestBatch.From(Producer, 0, 3, 1), Checked));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public async Task A_trim_survives(long newStart)
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenDurable, 2, 5, 1);
        await log.TrimAsync(At(newStart));

        IReplicaLog again = await OpenAgainAsync(log);

        Assert.Equal(Marks(newStart, 8, 8), again.Watermarks);
        Assert.Equal(TestBatch.Join(batches[(newStart == 7 ? 2 : 1)..]), await ReadAllAsync(again));
        await RefusesAsync(LogErrors.OffsetOutOfRange, () => again.ReadAsync(At(newStart - 1), ReadLimits.Default).AsTask());
    }

    [Fact]
    public async Task Offsets_are_never_given_again_though_everything_was_trimmed_and_the_log_opened_again()
    {
        (IReplicaLog log, byte[][] _) = await NewLogOfAsync(CommitRule.WhenDurable, 2, 3);
        await log.TrimAsync(At(5));

        IReplicaLog again = await OpenAgainAsync(await OpenAgainAsync(log));

        Assert.Equal(Marks(5, 5, 5), again.Watermarks);
        Assert.Equal(At(5), (await again.AppendAsync(TestBatch.Tagged("next"))).BaseOffset);
    }

    [Fact]
    public async Task A_truncation_survives_and_so_does_what_was_appended_instead()
    {
        (IReplicaLog log, byte[][] batches) = await NewLogOfAsync(CommitRule.WhenTold, 2, 3, 1);
        log.AdvanceCommitted(At(2));
        await log.TruncateAsync(At(4));

        IReplicaLog again = await OpenAgainAsync(log);
        Assert.Equal((At(2), At(2)), (again.Watermarks.Durable, again.Watermarks.End));
        byte[] other = TestBatch.Tagged("instead", 4);
        await again.AppendAsync(other.ToArray(), new AppendOptions(At(2), new LeaderEpoch(6)));

        IReplicaLog last = await OpenAgainAsync(again);
        last.AdvanceCommitted(At(6));
        Assert.Equal(TestBatch.Join(batches[0], Stamped(other, At(2), new LeaderEpoch(6))), await ReadAllAsync(last));
    }

    [Fact]
    public async Task Timestamps_are_found_in_a_log_that_was_opened_again()
    {
        IReplicaLog log = await NewLogAsync(CommitRule.WhenDurable);
        await log.AppendAsync(TestBatch.At(10, 40, 20));
        await log.AppendAsync(TestBatch.At(30, 50));
        await log.TrimAsync(At(2));

        IReplicaLog again = await OpenAgainAsync(log);

        Assert.Equal(new TimestampMatch(At(3), 30), await again.FindTimestampAsync(21));
        Assert.Equal(new TimestampMatch(At(4), 50), await again.FindTimestampAsync(31));
        Assert.Null(await again.FindTimestampAsync(51));
    }
}
