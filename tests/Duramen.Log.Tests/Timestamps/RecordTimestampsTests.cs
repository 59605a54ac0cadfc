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

        Assert.Equal((BatchDefect.None, (TimestampMatch?)new TimestampMatch(new Offset(100), 10)), Search(batch, 0, 5));
        Assert.Equal((BatchDefect.None, (TimestampMatch?)new TimestampMatch(new Offset(102), 20)), Search(batch, 102, 5));
        Assert.Equal((BatchDefect.None, (TimestampMatch?)null), Search(batch, 102, 25));
        Assert.Equal((BatchDefect.None, (TimestampMatch?)null), Search(batch, 103, 5));
    }

    [Fact]
    public void Records_cut_at_any_byte_before_the_match_are_a_fault()
    {
        byte[] whole = TestBatch.At(10, 20, 30);
        ReadOnlySpan<byte> records = whole.AsSpan(RecordBatchLayout.Records);
        for (int length = 0; length < records.Length; length++)
        {
            byte[] cut = TestBatch.WithBody(BatchAttributes.None, 3, 10, 30, records[..length].ToArray());

            (BatchDefect defect, TimestampMatch? match) = Search(cut, 0, 25);

            Assert.True(defect is BatchDefect.RecordMalformed or BatchDefect.RecordCountMismatch, defect.ToString());
            Assert.Null(match);
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

            (BatchDefect defect, TimestampMatch? match) = Search(batch, 0, random.NextInt64());

            Assert.True(match is null || (defect == BatchDefect.None && match.Value.Offset < new Offset(4242 + count)));
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip, BatchDefect.CorruptCompression)]
    [InlineData(CompressionCodec.Snappy, BatchDefect.CorruptCompression)]
    [InlineData(CompressionCodec.Lz4, BatchDefect.CorruptCompression)]
    [InlineData(CompressionCodec.Zstd, BatchDefect.CorruptCompression)]
    [InlineData((CompressionCodec)7, BatchDefect.UnknownCodec)]
    public void Records_that_do_not_decompress_are_skipped_by_their_header_and_else_a_fault(CompressionCodec codec, BatchDefect defect)
    {
        byte[] batch = TestBatch.WithBody((BatchAttributes)(short)codec, 2, 10, 20, [1, 2, 3]);

        Assert.Equal((BatchDefect.None, (TimestampMatch?)null), Search(batch, 0, 21));
        Assert.Equal((defect, (TimestampMatch?)null), Search(batch, 0, 20));
    }

    [Fact]
    public void Records_written_byte_by_byte_are_found()
    {
        // Two records: size 6, no attributes, timestamp delta 0 and 10, offset delta 0 and 1, null key, null value, no headers.
        byte[] body = [12, 0, 0, 0, 1, 1, 0, 12, 0, 20, 2, 1, 1, 0];
        byte[] batch = TestBatch.WithBody(BatchAttributes.None, 2, 100, 110, body);

        Assert.Equal((BatchDefect.None, (TimestampMatch?)new TimestampMatch(new Offset(4243), 110)), Search(batch, 0, 105));
    }

    [Fact]
    public void What_cannot_be_decoded_behind_the_match_is_not_looked_at()
    {
        byte[] whole = TestBatch.At(10, 20, 30);
        byte[] cut = TestBatch.WithBody(BatchAttributes.None, 3, 10, 30, whole[RecordBatchLayout.Records..^1]);

        Assert.Equal((BatchDefect.None, (TimestampMatch?)new TimestampMatch(new Offset(4243), 20)), Search(cut, 0, 15));
    }

    private static (BatchDefect Defect, TimestampMatch? Match) Search(byte[] bytes, long start, long timestampMs)
    {
        Assert.True(RecordBatchView.TryRead(bytes, out RecordBatchView batch));
        using RecordBatchDecoder decoder = new();
        BatchFault fault = RecordTimestamps.Search(batch, new Offset(start), timestampMs, decoder, out TimestampMatch? match);
        return (fault.Defect, match);
    }
}
