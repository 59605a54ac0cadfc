using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Theory]
    [InlineData(long.MinValue, 0, 100)]
    [InlineData(100, 0, 100)]
    [InlineData(101, 1, 110)]
    [InlineData(110, 1, 110)]
    [InlineData(111, 2, 120)]
    [InlineData(121, 3, 200)]
    [InlineData(201, 4, 210)]
    [InlineData(210, 4, 210)]
    public async Task The_first_record_at_or_after_a_moment_is_found_inside_its_batch(long timestampMs, long offset, long foundMs)
    {
        ILog log = await NewLogAsync();
        await log.AppendAsync(TestBatch.At(100, 110, 120));
        await log.AppendAsync(TestBatch.At(200, 210));

        Assert.Equal(new TimestampMatch(At(offset), foundMs), await log.FindTimestampAsync(timestampMs));
    }

    [Theory]
    [InlineData(211)]
    [InlineData(long.MaxValue)]
    public async Task Nothing_is_found_after_the_last_timestamp(long timestampMs)
    {
        ILog log = await NewLogAsync();
        Assert.Null(await log.FindTimestampAsync(long.MinValue));
        await log.AppendAsync(TestBatch.At(200, 210));

        Assert.Null(await log.FindTimestampAsync(timestampMs));
    }

    [Theory]
    [InlineData(1, 0, 10)]
    [InlineData(11, 1, 90)]
    [InlineData(20, 1, 90)]
    [InlineData(90, 1, 90)]
    [InlineData(91, 5, 95)]
    [InlineData(96, 8, 1_000)]
    public async Task The_first_in_offset_order_is_found_when_timestamps_are_out_of_order(long timestampMs, long offset, long foundMs)
    {
        ILog log = await NewLogAsync();
        await log.AppendAsync(TestBatch.At(10, 90, 20));
        await log.AppendAsync(TestBatch.At(5, 3, 95));
        await log.AppendAsync(TestBatch.At(1, 2));
        await log.AppendAsync(TestBatch.At(1_000));

        Assert.Equal(new TimestampMatch(At(offset), foundMs), await log.FindTimestampAsync(timestampMs));
    }

    [Fact]
    public async Task Timestamps_before_1970_and_far_apart_are_found()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.UncheckedRecords, log))
        {
            return;
        }

        await log.AppendAsync(TestBatch.At(-5_000_000_000_000, -1, 0, 5_000_000_000_000));

        Assert.Equal(new TimestampMatch(At(0), -5_000_000_000_000), await log.FindTimestampAsync(long.MinValue));
        Assert.Equal(new TimestampMatch(At(1), -1), await log.FindTimestampAsync(-4_999_999_999_999));
        Assert.Equal(new TimestampMatch(At(3), 5_000_000_000_000), await log.FindTimestampAsync(1));
    }

    [Fact]
    public async Task Where_the_time_of_the_append_counts_every_record_has_the_batchs_largest_timestamp()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.UncheckedRecords, log))
        {
            return;
        }

        await log.AppendAsync(TestBatch.AppendedAt(50, new TestRecord(10, null, null), new TestRecord(50, null, null)));

        Assert.Equal(new TimestampMatch(At(0), 50), await log.FindTimestampAsync(20));
    }

    [Fact]
    public async Task What_is_trimmed_is_not_found_even_in_a_batch_that_is_still_there()
    {
        ILog log = await NewLogAsync();
        await log.AppendAsync(TestBatch.At(10, 30, 20));
        await log.AppendAsync(TestBatch.At(25, 40));

        await log.TrimAsync(At(2));

        Assert.Equal(new TimestampMatch(At(2), 20), await log.FindTimestampAsync(5));
        Assert.Equal(new TimestampMatch(At(3), 25), await log.FindTimestampAsync(21));
        await log.TrimAsync(At(5));
        Assert.Null(await log.FindTimestampAsync(0));
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public async Task Records_are_found_inside_batches_of_every_codec(CompressionCodec codec)
    {
        ILog log = await NewLogAsync();
        await log.AppendAsync(TestBatch.At(50));
        for (int batch = 1; batch <= 3; batch++)
        {
            // Long enough that a codec has something to do, and out of order inside.
            await log.AppendAsync(TestBatch.Compressed(codec, [.. Enumerable.Range(0, 200).Select(index => (batch * 1_000L) + (index ^ 1))]));
        }

        Assert.Equal(new TimestampMatch(At(0), 50), await log.FindTimestampAsync(50));
        Assert.Equal(new TimestampMatch(At(1), 1_001), await log.FindTimestampAsync(51));
        Assert.Equal(new TimestampMatch(At(301), 2_101), await log.FindTimestampAsync(2_100));
        Assert.Equal(new TimestampMatch(At(401), 3_001), await log.FindTimestampAsync(2_200));
        Assert.Equal(new TimestampMatch(At(599), 3_199), await log.FindTimestampAsync(3_199));
        Assert.Null(await log.FindTimestampAsync(3_200));
    }

    [Fact]
    public async Task Records_that_do_not_decompress_are_an_error_to_search_but_not_to_skip()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.UncheckedRecords, log))
        {
            return;
        }

        await log.AppendAsync(TestBatch.WithBody((BatchAttributes)(short)CompressionCodec.Gzip, 3, 10, 100, [1, 2, 3, 4]));
        await log.AppendAsync(TestBatch.Compressed(CompressionCodec.Gzip, 200));

        await RefusesAsync(LogErrors.InvalidBatch, () => log.FindTimestampAsync(50).AsTask());
        Assert.Equal(new TimestampMatch(At(3), 200), await log.FindTimestampAsync(101));
    }

    [Fact]
    public async Task Records_that_cannot_be_decoded_are_an_error_to_search_but_not_to_skip()
    {
        ILog log = await NewLogAsync();
        if (!await CanAsync(LogAbilities.UncheckedRecords, log))
        {
            return;
        }

        await log.AppendAsync(TestBatch.WithBody(BatchAttributes.None, 3, 10, 100, [.. Enumerable.Repeat<byte>(0xFF, 3 * RecordLimits.MinRecordSizeBytes)]));
        await log.AppendAsync(TestBatch.At(200));

        await RefusesAsync(LogErrors.InvalidBatch, () => log.FindTimestampAsync(50).AsTask());
        Assert.Equal(new TimestampMatch(At(3), 200), await log.FindTimestampAsync(101));
    }
}
