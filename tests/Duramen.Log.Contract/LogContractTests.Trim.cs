using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Fact]
    public async Task Trimming_between_batches_deletes_what_is_before()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(2, 1, 3);

        await log.TrimAsync(At(2));

        Assert.Equal(Marks(2, 6, 6), log.Watermarks);
        Assert.Equal(TestBatch.Join(batches[1..]), await ReadAllAsync(log));
        await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.ReadAsync(At(1), NoLimits).AsTask());
        await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.ReadAsync(At(0), NoLimits).AsTask());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Trimming_inside_a_batch_moves_the_start_exactly_and_leaves_the_batch_whole(long newStart)
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(3, 4, 1);

        await log.TrimAsync(At(newStart));

        Assert.Equal(Marks(newStart, 8, 8), log.Watermarks);
        Assert.Equal(TestBatch.Join(batches[1..]), await ReadAllAsync(log, At(newStart)));
        await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.ReadAsync(At(newStart - 1), NoLimits).AsTask());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    public async Task Trimming_beyond_what_is_committed_is_refused_and_trims_nothing(long newStart)
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(2, 1);
        LogWatermarks before = log.Watermarks;

        await RefusesAsync(LogErrors.OffsetOutOfRange, () => log.TrimAsync(At(newStart)).AsTask());

        Assert.Equal(before, log.Watermarks);
    }

    [Fact]
    public async Task Trimming_to_the_start_or_below_does_nothing()
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(1, 1, 1);
        await log.TrimAsync(At(2));

        foreach (long newStart in new long[] { 2, 1, 0, -1, long.MinValue })
        {
            await log.TrimAsync(At(newStart));
            Assert.Equal(Marks(2, 3, 3), log.Watermarks);
        }

        Assert.Equal(batches[2], await ReadAllAsync(log));
    }

    [Fact]
    public async Task Offsets_go_on_after_everything_was_trimmed()
    {
        (ILog log, byte[][] _) = await NewLogOfAsync(2, 3);

        await log.TrimAsync(At(5));
        Assert.Equal(Marks(5, 5, 5), log.Watermarks);
        Assert.Empty(await ReadAllAsync(log));
        byte[][] more = await AppendEachAsync(log, 2);

        Assert.Equal(Marks(5, 7, 7), log.Watermarks);
        Assert.Equal(more[0], await ReadAllAsync(log));
    }
}
