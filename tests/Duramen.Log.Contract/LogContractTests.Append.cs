using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Fact]
    public async Task A_new_log_is_empty()
    {
        ILog log = await NewLogAsync();

        Assert.Equal(Marks(0, 0, 0), log.Watermarks);
        Assert.Empty(await ReadAllAsync(log));
    }

    [Fact]
    public async Task Two_logs_have_different_ids()
    {
        ILog one = await NewLogAsync();
        ILog other = await NewLogAsync();

        Assert.NotEqual(one.Id, other.Id);
        Assert.NotEqual(default, one.Id);
        Assert.NotNull(one.Name);
    }

    [Fact]
    public async Task Appends_get_offsets_one_after_the_other()
    {
        ILog log = await NewLogAsync();

        Assert.Equal(new AppendResult(At(0), At(3)), await log.AppendAsync(TestBatch.Tagged("a", 3)));
        Assert.Equal(new AppendResult(At(3), At(4)), await log.AppendAsync(TestBatch.Tagged("b")));
        Assert.Equal(new AppendResult(At(4), At(9)), await log.AppendAsync(TestBatch.Tagged("c", 5)));
    }

    [Fact]
    public async Task Batches_of_one_append_get_offsets_one_after_the_other()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.SeveralBatches, log))
        {
            return;
        }

        byte[] first = TestBatch.Tagged("first", 2);
        byte[] second = TestBatch.Tagged("second", 3);

        Assert.Equal(new AppendResult(At(0), At(5)), await log.AppendAsync(TestBatch.Join(first, second)));
        Assert.Equal(TestBatch.Join(Stamped(first, At(0)), Stamped(second, At(2))), await ReadAllAsync(log));
    }

    [Fact]
    public async Task An_append_is_durable_and_committed_when_it_returns()
    {
        ILog log = await NewLogAsync();

        await log.AppendAsync(TestBatch.Tagged("a", 3));

        Assert.Equal(Marks(0, 3, 3), log.Watermarks);
    }

    [Fact]
    public async Task Each_batch_is_stamped_with_its_offset_and_is_else_byte_for_byte_what_was_appended()
    {
        ILog log = await NewLogAsync();
        byte[] first = TestBatch.Tagged("first", 2);
        byte[] second = TestBatch.Tagged("second", 3);

        await log.AppendAsync(first.ToArray());
        await log.AppendAsync(second.ToArray());

        Assert.Equal(TestBatch.Join(Stamped(first, At(0)), Stamped(second, At(2))), await ReadAllAsync(log));
    }

    [Fact]
    public async Task Batches_are_stamped_with_the_epoch_that_their_append_chose()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.ChosenEpochs, log))
        {
            return;
        }

        byte[] first = TestBatch.Tagged("first", 2);
        byte[] second = TestBatch.Tagged("second", 3);

        await log.AppendAsync(first.ToArray(), new AppendOptions(Epoch: new LeaderEpoch(9)));
        await log.AppendAsync(second.ToArray());

        Assert.Equal(TestBatch.Join(Stamped(first, At(0), new LeaderEpoch(9)), Stamped(second, At(2))), await ReadAllAsync(log));
    }

    [Fact]
    public async Task The_callers_buffer_is_the_callers_again_when_the_append_returns()
    {
        ILog log = await NewLogAsync();
        byte[] batch = TestBatch.Tagged("mine", 2);
        byte[] buffer = batch.ToArray();

        await log.AppendAsync(buffer);
        buffer.AsSpan().Fill(0xEE);

        Assert.Equal(Stamped(batch, At(0)), await ReadAllAsync(log));
    }

    [Fact]
    public async Task A_batch_in_the_middle_of_a_larger_buffer_is_appended_alone()
    {
        ILog log = await NewLogAsync();
        byte[] batch = TestBatch.Tagged("inside", 2);
        byte[] buffer = [1, 2, 3, .. batch, 4, 5];

        await log.AppendAsync(buffer.AsMemory(3, batch.Length));

        Assert.Equal(Stamped(batch, At(0)), await ReadAllAsync(log));
        Assert.Equal<byte[]>([1, 2, 3], buffer[..3]);
        Assert.Equal<byte[]>([4, 5], buffer[^2..]);
    }

    [Fact]
    public async Task Offset_order_is_the_order_of_calls_that_are_under_way_at_once()
    {
        ILog log = await NewLogAsync();
        Task<AppendResult>[] appends = [.. Enumerable.Range(0, 100).Select(index =>
            log.AppendAsync(TestBatch.Tagged($"call {index}", 1 + (index % 3))).AsTask())];

        AppendResult[] results = await SoonAsync(Task.WhenAll(appends));

        long next = 0;
        for (int index = 0; index < results.Length; index++)
        {
            int count = 1 + (index % 3);
            Assert.Equal(new AppendResult(At(next), At(next + count)), results[index]);
            next += count;
        }
    }

    [Fact]
    public async Task Concurrent_appends_get_offsets_without_gap_or_overlap_and_each_is_read_where_it_was_put()
    {
        ILog log = await NewLogAsync();
        Task<List<(AppendResult Result, byte[] Stamped)>>[] appenders =
            [.. Enumerable.Range(0, 16).Select(appender => Task.Run(() => AppendManyAsync(log, appender)))];

        List<(AppendResult Result, byte[] Stamped)>[] all = await SoonAsync(Task.WhenAll(appenders));

        foreach (List<(AppendResult Result, byte[] Stamped)> own in all)
        {
            Assert.Equal(own.OrderBy(append => append.Result.BaseOffset).ToList(), own);
        }

        List<(AppendResult Result, byte[] Stamped)> inOrder = [.. all.SelectMany(own => own).OrderBy(append => append.Result.BaseOffset)];
        Offset next = Offset.Zero;
        foreach ((AppendResult result, byte[] _) in inOrder)
        {
            Assert.Equal(next, result.BaseOffset);
            next = result.NextOffset;
        }

        Assert.Equal(Marks(0, next.Value, next.Value), log.Watermarks);
        Assert.Equal(TestBatch.Join(inOrder.Select(append => append.Stamped)), await ReadAllAsync(log));
    }

    [Fact]
    public async Task A_cancelled_token_refuses_an_append_and_nothing_is_appended()
    {
        ILog log = await NewLogAsync();
        CancellationToken cancelled = new(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.AppendAsync(TestBatch.Tagged("a"), default, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.TryAppendAsync(TestBatch.Tagged("a"), default, cancelled).AsTask());

        Assert.Equal(Marks(0, 0, 0), log.Watermarks);
        Assert.Equal(At(0), (await log.AppendAsync(TestBatch.Tagged("b"))).BaseOffset);
    }

    [Fact]
    public async Task Thousands_of_small_batches_in_few_appends_are_all_there()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.SeveralBatches, log))
        {
            return;
        }

        byte[][] batches = [.. Enumerable.Range(0, 5_000).Select(index => TestBatch.Tagged($"small {index}"))];

        await SoonAsync(Task.WhenAll(batches.Chunk(500).Select(some => log.AppendAsync(TestBatch.Join(some)).AsTask())));

        Assert.Equal(Marks(0, 5_000, 5_000), log.Watermarks);
        Assert.Equal(
            TestBatch.Join(batches.Select((batch, index) => Stamped(batch, At(index)))),
            await ReadAllAsync(log, limits: new ReadLimits(10_000)));
    }

    [Fact]
    public async Task A_batch_of_megabytes_between_small_ones_is_kept_whole()
    {
        ILog log = await NewLogAsync();
        byte[] large = TestBatch.Of(new TestRecord(5, null, [.. Enumerable.Range(0, 3 << 20).Select(index => (byte)(index * 31))]));
        byte[][] batches = [TestBatch.Tagged("before"), large, TestBatch.Tagged("after")];

        foreach (byte[] batch in batches)
        {
            await log.AppendAsync(batch.ToArray());
        }

        byte[] expected = TestBatch.Join(batches.Select((batch, index) => Stamped(batch, At(index))));
        byte[] actual = await ReadAllAsync(log, limits: new ReadLimits(1_000));
        Assert.True(expected.AsSpan().SequenceEqual(actual), "The large batch or a neighbour changed.");
    }

    private async Task<List<(AppendResult Result, byte[] Stamped)>> AppendManyAsync(ILog log, int appender)
    {
        List<(AppendResult Result, byte[] Stamped)> own = [];
        for (int index = 0; index < 25; index++)
        {
            byte[][] batches = [.. Enumerable.Range(0, Has(LogAbilities.SeveralBatches) ? 1 + (index % 3) : 1).Select(part =>
                TestBatch.Tagged($"appender {appender} append {index} part {part}", 1 + part))];
            AppendResult result = await log.AppendAsync(TestBatch.Join(batches));
            Offset next = result.BaseOffset;
            List<byte> stamped = [];
            for (int part = 0; part < batches.Length; part++)
            {
                stamped.AddRange(Stamped(batches[part], next));
                next = next.Plus(1 + part);
            }

            Assert.Equal(next, result.NextOffset);
            own.Add((result, [.. stamped]));
        }

        return own;
    }
}
