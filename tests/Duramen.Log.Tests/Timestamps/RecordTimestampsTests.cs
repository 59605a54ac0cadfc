using Duramen.Core.Ids;
using Duramen.Log.Contract;
using Duramen.Log.Timestamps;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Xunit;

namespace Duramen.Log.Tests.Timestamps;

public sealed class RecordTimestampsTests
{
    [Fact]
    public void The_start_counts_before_the_timestamp()
    {
        byte[] batch = TestBatch.Stamped(TestBatch.At(10, 30, 20), new Offset(100));

        Assert.Equal((TimestampSearchResult.Found, new TimestampMatch(new Offset(100), 10)), Search(batch, 0, 5));
        Assert.Equal((TimestampSearchResult.Found, new TimestampMatch(new Offset(102), 20)), Search(batch, 102, 5));
        Assert.Equal((TimestampSearchResult.None, default), Search(batch, 102, 25));
        Assert.Equal((TimestampSearchResult.None, default), Search(batch, 103, 5));
    }

    [Fact]
    public void Records_cut_at_any_byte_are_none_or_undecodable_or_found_before_the_cut()
    {
        byte[] whole = TestBatch.At(10, 20, 30);
        ReadOnlySpan<byte> records = whole.AsSpan(RecordBatchLayout.Records);
        for (int length = 0; length < records.Length; length++)
        {
            byte[] cut = TestBatch.WithBody(BatchAttributes.None, 3, 10, 30, records[..length].ToArray());

            Assert.Equal(TimestampSearchResult.Undecodable, Search(cut, 0, 25).Result);
        }
    }

    [Fact]
    public void Any_bytes_at_all_are_answered_without_an_exception()
    {
        Random random = new(7);
        for (int round = 0; round < 5_000; round++)
        {
            byte[] body = new byte[random.Next(40)];
            random.NextBytes(body);
            int count = random.Next(1, 6);
            byte[] batch = TestBatch.WithBody(BatchAttributes.None, count, random.NextInt64(), long.MaxValue, body);

            (TimestampSearchResult result, TimestampMatch match) = Search(batch, 0, random.NextInt64());

            Assert.True(result != TimestampSearchResult.Found || match.Offset < new Offset(4242 + count));
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Zstd)]
    [InlineData((CompressionCodec)7)]
    public void Compressed_records_are_skipped_by_their_header_and_else_said_to_be_undecodable(CompressionCodec codec)
    {
        byte[] batch = TestBatch.WithBody((BatchAttributes)(short)codec, 2, 10, 20, [1, 2, 3]);

        Assert.Equal(TimestampSearchResult.None, Search(batch, 0, 21).Result);
        Assert.Equal(TimestampSearchResult.Undecodable, Search(batch, 0, 20).Result);
    }

    private static (TimestampSearchResult Result, TimestampMatch Match) Search(byte[] bytes, long start, long timestampMs)
    {
        Assert.True(RecordBatchView.TryRead(bytes, out RecordBatchView batch));
        TimestampSearchResult result = RecordTimestamps.Search(batch, new Offset(start), timestampMs, out TimestampMatch match);
        return (result, match);
    }
}
