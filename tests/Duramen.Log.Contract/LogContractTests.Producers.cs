using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    private protected static readonly AppendOptions Checked = new(Producer: ProducerCheck.Sequences);

    private protected const long Producer = 9;

    [Fact]
    public async Task A_batch_that_comes_again_is_answered_with_its_offsets_and_not_appended_again()
    {
        ILog log = await NewLogAsync();
        await log.AppendAsync(TestBatch.Tagged("another's", 4));
        byte[] batch = TestBatch.From(Producer, epoch: 0, sequence: 0, count: 3);

        AppendResult first = await log.AppendAsync(batch.ToArray(), Checked);
        AppendResult again = await log.AppendAsync(batch.ToArray(), Checked);
        AppendOutcome tried = await log.TryAppendAsync(batch.ToArray(), Checked);

        Assert.Equal(new AppendResult(At(4), At(7)), first);
        Assert.Equal(new AppendResult(At(4), At(7), IsDuplicate: true), again);
        Assert.Equal(new AppendOutcome(AppendStatus.Duplicate, again, At(7)), tried);
        Assert.Equal((false, true), (tried.Appended, tried.IsStored));
        Assert.Equal(Marks(0, 7, 7), log.Watermarks);
    }

    [Fact]
    public async Task Each_of_the_last_five_batches_of_a_producer_is_recognised()
    {
        ILog log = await NewLogAsync();
        for (int batch = 0; batch < 6; batch++)
        {
            await log.AppendAsync(TestBatch.From(Producer, 0, batch * 2, 2), Checked);
            await log.AppendAsync(TestBatch.From(Producer + 1 + batch, 0, 0, 1), Checked);
        }

        for (int batch = 1; batch < 6; batch++)
        {
            Assert.Equal(new AppendResult(At(batch * 3), At((batch * 3) + 2), IsDuplicate: true), await log.AppendAsync(TestBatch.From(Producer, 0, batch * 2, 2), Checked));
        }

        await RefusesAsync(LogErrors.SequenceGap, () => log.AppendAsync(TestBatch.From(Producer, 0, 0, 2), Checked).AsTask());
    }

    [Fact]
    public async Task A_gap_is_refused_and_changes_nothing()
    {
        ILog log = await NewLogAsync();
        await log.AppendAsync(TestBatch.From(Producer, 0, 0, 3), Checked);

        await RefusesAsync(LogErrors.SequenceGap, () => log.AppendAsync(TestBatch.From(Producer, 0, 4, 1), Checked).AsTask());
        AppendOutcome outcome = await log.TryAppendAsync(TestBatch.From(Producer, 0, 4, 1), Checked);

        Assert.Equal(new AppendOutcome(AppendStatus.SequenceGap, default, At(3), Position(0, 3)), outcome);
        Assert.Equal(Marks(0, 3, 3), log.Watermarks);
        Assert.Equal(At(3), (await log.AppendAsync(TestBatch.From(Producer, 0, 3, 1), Checked)).BaseOffset);
    }

    [Fact]
    public async Task A_new_epoch_fences_the_old_one_and_begins_at_0()
    {
        ILog log = await NewLogAsync();
        await log.AppendAsync(TestBatch.From(Producer, 0, 0, 3), Checked);

        await RefusesAsync(LogErrors.SequenceGap, () => log.AppendAsync(TestBatch.From(Producer, 1, 3, 1), Checked).AsTask());
        await log.AppendAsync(TestBatch.From(Producer, 1, 0, 1), Checked);
        await RefusesAsync(LogErrors.ProducerFenced, () => log.AppendAsync(TestBatch.From(Producer, 0, 3, 1), Checked).AsTask());
        AppendOutcome outcome = await log.TryAppendAsync(TestBatch.From(Producer, 0, 0, 3), Checked);

        Assert.Equal(new AppendOutcome(AppendStatus.ProducerFenced, default, At(4), Position(1, 1)), outcome);
        Assert.Equal(Marks(0, 4, 4), log.Watermarks);
    }

    [Fact]
    public async Task Batches_of_one_append_are_checked_as_one()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.SeveralBatches, log))
        {
            return;
        }

        byte[] one = TestBatch.From(Producer, 0, 0, 2);
        byte[] two = TestBatch.From(Producer, 0, 2, 3);
        byte[] three = TestBatch.From(Producer, 0, 5, 1);

        Assert.Equal(new AppendResult(At(0), At(5)), await log.AppendAsync(TestBatch.Join(one, two), Checked));
        Assert.Equal(new AppendResult(At(0), At(5), IsDuplicate: true), await log.AppendAsync(TestBatch.Join(one, two), Checked));
        Assert.Equal(new AppendResult(At(2), At(5), IsDuplicate: true), await log.AppendAsync(two.ToArray(), Checked));

        // One that is there and one that is new: all or nothing.
        await RefusesAsync(LogErrors.SequenceGap, () => log.AppendAsync(TestBatch.Join(two, three), Checked).AsTask());
        Assert.Equal(Marks(0, 5, 5), log.Watermarks);
        Assert.Equal(At(5), (await log.AppendAsync(three.ToArray(), Checked)).BaseOffset);
    }

    [Fact]
    public async Task Batches_of_one_append_that_are_not_one_run_of_one_producer_are_refused()
    {
        ILog log = await NewLogAsync();
        byte[] first = TestBatch.From(Producer, 0, 0, 1);
        byte[][] seconds =
        [
            TestBatch.From(Producer, 0, 2, 1), TestBatch.From(Producer, 1, 0, 1), TestBatch.From(Producer + 1, 0, 1, 1), TestBatch.Tagged("nobody's"),
        ];
        foreach (byte[] second in seconds)
        {
            await RefusesAsync(LogErrors.InvalidBatch, () => log.TryAppendAsync(TestBatch.Join(first, second), Checked).AsTask());
        }

        IEnumerable<byte[]> six = Enumerable.Range(0, 6).Select(sequence => TestBatch.From(Producer, 0, sequence, 1));
        await RefusesAsync(LogErrors.InvalidBatch, () => log.AppendAsync(TestBatch.Join(six), Checked).AsTask());
        Assert.Equal(Marks(0, 0, 0), log.Watermarks);
    }

    [Fact]
    public async Task Unchecked_appends_are_taken_as_they_are_and_remembered()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.UncheckedProducers, log))
        {
            return;
        }

        byte[] batch = TestBatch.From(Producer, 2, 10, 3);

        await log.AppendAsync(TestBatch.Join(batch, TestBatch.From(Producer + 1, 0, 0, 1), TestBatch.Tagged("nobody's")));
        await log.AppendAsync(TestBatch.From(Producer, 0, 70, 1));

        Assert.Equal(Marks(0, 6, 6), log.Watermarks);
        Assert.Equal(new AppendResult(At(0), At(3), IsDuplicate: true), await log.AppendAsync(batch.ToArray(), Checked));
        Assert.Equal(At(6), (await log.AppendAsync(TestBatch.From(Producer, 2, 13, 1), Checked)).BaseOffset);
    }

    [Fact]
    public async Task Batches_without_a_producer_are_not_concerned_by_the_check()
    {
        ILog log = await NewLogAsync();
        byte[] batch = TestBatch.Tagged("same");

        Assert.Equal(new AppendResult(At(0), At(1)), await log.AppendAsync(batch.ToArray(), Checked));
        Assert.Equal(new AppendResult(At(1), At(2)), await log.AppendAsync(batch.ToArray(), Checked));
        if (Has(LogAbilities.SeveralBatches))
        {
            Assert.Equal(new AppendResult(At(2), At(4)), await log.AppendAsync(TestBatch.Join(batch, batch), Checked));
        }
    }

    [Fact]
    public async Task An_append_that_comes_again_is_recognised_before_the_expected_end_is_compared()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.ConditionalAppends, log))
        {
            return;
        }

        byte[] batch = TestBatch.From(Producer, 0, 0, 3);
        AppendOptions options = Checked with { ExpectedEnd = At(0) };
        await log.AppendAsync(batch.ToArray(), options);

        Assert.Equal(AppendStatus.Duplicate, (await log.TryAppendAsync(batch.ToArray(), options)).Status);
        Assert.Equal(AppendStatus.Conflict, (await log.TryAppendAsync(TestBatch.From(Producer, 0, 3, 1), options)).Status);
    }

    [Fact]
    public async Task Appends_that_come_again_while_the_first_is_under_way_are_all_answered_with_its_offsets()
    {
        ILog log = await NewLogAsync();
        var appends = new List<(int Sequence, Task<AppendResult> Result)>();
        for (int sequence = 0; sequence < 100; sequence++)
        {
            int copies = 1 + (sequence % 3);
            for (int copy = 0; copy < copies; copy++)
            {
                appends.Add((sequence, log.AppendAsync(TestBatch.From(Producer, 0, sequence, 1), Checked).AsTask()));
            }
        }

        foreach ((int sequence, Task<AppendResult> result) in appends)
        {
            Assert.Equal((At(sequence), At(sequence + 1)), ((await SoonAsync(result)).BaseOffset, (await result).NextOffset));
            Assert.True(log.Watermarks.Committed > At(sequence));
        }

        Assert.Equal(100, appends.Count(append => !append.Result.Result.IsDuplicate));
        Assert.Equal(Marks(0, 100, 100), log.Watermarks);
    }

    [Fact]
    public async Task The_producers_are_listed_as_they_stand_in_the_order_of_their_last_batches()
    {
        ILog log = await NewLogAsync();
        Assert.Empty(await log.ListProducersAsync());
        await log.AppendAsync(TestBatch.From(Producer, 0, 0, 3), Checked);
        await log.AppendAsync(TestBatch.From(Producer + 1, 4, 0, 1), Checked);
        await log.AppendAsync(TestBatch.Tagged("nobody's"));
        await log.AppendAsync(TestBatch.From(Producer, 0, 3, 2), Checked);
        Assert.Equal([(Producer + 1, 4, 0), (Producer, 0, 4)], await ListAsync());
        await log.AppendAsync(TestBatch.From(Producer + 1, 5, 0, 1), Checked);
        Assert.Equal([(Producer, 0, 4), (Producer + 1, 5, 0)], await ListAsync());

        async Task<IEnumerable<(long, int, int)>> ListAsync() =>
            (await log.ListProducersAsync()).Select(known => (known.Producer.Value, (int)known.Epoch, known.LastSequence));
    }

    [Fact]
    public async Task A_producer_is_remembered_beyond_the_trim_of_its_batches()
    {
        ILog log = await NewLogAsync();
        byte[] batch = TestBatch.From(Producer, 0, 0, 3);
        await log.AppendAsync(batch.ToArray(), Checked);
        await log.TrimAsync(At(3));

        Assert.Equal(new AppendResult(At(0), At(3), IsDuplicate: true), await log.AppendAsync(batch.ToArray(), Checked));
        await RefusesAsync(LogErrors.SequenceGap, () => log.AppendAsync(TestBatch.From(Producer, 0, 4, 1), Checked).AsTask());
    }

    /// <summary>How far the log has the producer, where it says so.</summary>
    private ProducerPosition Position(short epoch, int nextSequence) =>
        Has(LogAbilities.ProducerPositions) ? new ProducerPosition(new ProducerId(Producer), epoch, nextSequence) : default;
}
