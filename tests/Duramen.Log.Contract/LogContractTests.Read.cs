using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    public async Task Reading_begins_with_the_batch_that_holds_the_offset(long from, int firstBatch)
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(3, 1, 2);

        using LogSlice slice = await log.ReadAsync(At(from), NoLimits);

        Assert.Equal(TestBatch.Join(batches[firstBatch..]), slice.Batches.ToArray());
        Assert.Equal(At(6), slice.NextOffset);
    }

    [Fact]
    public async Task Reading_at_the_committed_end_is_empty_at_once()
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(3);

        using LogSlice slice = await SoonAsync(log.ReadAsync(At(3), NoLimits));

        Assert.True(slice.Batches.IsEmpty);
        Assert.Equal(At(3), slice.NextOffset);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    public async Task Reading_outside_the_readable_offsets_is_refused(long from)
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(3);

        await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.ReadAsync(At(from), NoLimits).AsTask());
    }

    [Fact]
    public async Task Reading_stops_before_the_batch_that_would_pass_the_bytes()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(1, 1, 1, 1);
        int two = batches[0].Length + batches[1].Length;

        foreach ((int maxBytes, int expected) in new[] { (two - 1, 1), (two, 2), (two + 1, 2), (two + batches[2].Length, 3), (int.MaxValue, 4) })
        {
            using LogSlice slice = await log.ReadAsync(At(0), new ReadLimits(maxBytes));

            Assert.Equal(TestBatch.Join(batches[..expected]), slice.Batches.ToArray());
            Assert.Equal(At(expected), slice.NextOffset);
        }
    }

    [Fact]
    public async Task Reading_stops_after_the_batch_that_reaches_the_records_counted_from_the_first_batch_returned()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(3, 2, 4, 1);

        foreach ((long from, int maxRecords, int first, int end) in new (long, int, int, int)[]
        {
            (0, 1, 0, 1), (0, 3, 0, 1), (0, 4, 0, 2), (0, 5, 0, 2), (0, 6, 0, 3), (0, 9, 0, 3), (0, 10, 0, 4),
            (2, 3, 0, 1), (2, 4, 0, 2), (4, 2, 1, 2), (4, 3, 1, 3),
        })
        {
            using LogSlice slice = await log.ReadAsync(At(from), new ReadLimits(int.MaxValue, maxRecords));

            Assert.Equal(TestBatch.Join(batches[first..end]), slice.Batches.ToArray());
        }
    }

    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(0, int.MaxValue)]
    [InlineData(-1, int.MaxValue)]
    [InlineData(int.MinValue, int.MinValue)]
    [InlineData(int.MaxValue, 0)]
    [InlineData(int.MaxValue, -1)]
    public async Task The_first_batch_is_returned_whole_whatever_the_limits_are(int maxBytes, int maxRecords)
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(3, 5, 2);

        using LogSlice slice = await log.ReadAsync(At(4), new ReadLimits(maxBytes, maxRecords));

        Assert.Equal(batches[1], slice.Batches.ToArray());
        Assert.Equal(At(8), slice.NextOffset);
    }

    [Fact]
    public async Task A_slice_stays_as_it_was_read_while_the_log_changes()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(1, 2);
        using LogSlice slice = await log.ReadAsync(At(0), NoLimits);

        await AppendEachAsync(log, 1, 2, 3);
        await log.TrimAsync(At(3));
        using LogSlice later = await log.ReadAsync(At(3), NoLimits);

        Assert.Equal(TestBatch.Join(batches), slice.Batches.ToArray());
    }

    [Fact]
    public async Task A_disposed_slice_is_empty_and_may_be_disposed_again()
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(1);
        LogSlice slice = await log.ReadAsync(At(0), NoLimits);

        slice.Dispose();
        slice.Dispose();

        Assert.True(slice.Batches.IsEmpty);
    }

    [Fact]
    public async Task A_cancelled_token_refuses_whatever_is_asked()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(1, 1);
        CancellationToken cancelled = new(canceled: true);

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => log.ReadAsync(At(0), NoLimits, cancelled).AsTask(),
            () => log.WaitForCommittedAsync(At(0), cancelled).AsTask(),
            () => log.FindTimestampAsync(0, cancelled).AsTask(),
            () => log.TrimAsync(At(1), cancelled).AsTask(),
        })
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);
        }

        Assert.Equal(Marks(0, 2, 2), log.Watermarks);
        Assert.Equal(TestBatch.Join(batches), await ReadAllAsync(log));
    }
}
