using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Foundations.Tests.Batches;

public sealed class RecordReaderTests
{
    [Fact]
    public void The_records_of_the_batch_made_by_hand_read_as_they_were_meant()
    {
        Assert.True(RecordBatchView.TryRead(GoldenBatch.Bytes(), out RecordBatchView batch));
        RecordReader reader = new(batch, batch.RecordsBytes);

        Assert.True(reader.TryRead(out RecordView first));
        Assert.Equal((new Offset(1000), 1_700_000_000_000), (first.Offset, first.TimestampMs));
        Assert.Equal("k"u8, first.Key.Span);
        Assert.Equal("v1"u8, first.Value.Span);
        RecordHeadersView.Enumerator headers = first.Headers.GetEnumerator();
        Assert.True(headers.MoveNext());
        Assert.Equal(("h", 1), (headers.Current.GetKey(), headers.Current.Value.Span[0]));
        Assert.True(headers.MoveNext());
        Assert.Equal(("n", true), (headers.Current.GetKey(), headers.Current.Value.IsNull));
        Assert.False(headers.MoveNext());
        Assert.True(first.Headers.TryGetLast("h"u8, out _));
        Assert.False(first.Headers.TryGetLast("x"u8, out _));

        Assert.True(reader.TryRead(out RecordView second));
        Assert.Equal((new Offset(1001), 1_700_000_000_250), (second.Offset, second.TimestampMs));
        Assert.True(second.Key.IsNull);
        Assert.False(second.Value.IsNull);
        Assert.Equal(0, second.Value.Length);

        Assert.True(reader.TryRead(out RecordView third));
        Assert.Equal((new Offset(1002), 1_699_999_999_999), (third.Offset, third.TimestampMs));
        Assert.False(third.Key.IsNull);
        Assert.True(third.Value.IsNull);
        Assert.Equal(0, third.Headers.Count);

        Assert.False(reader.TryRead(out _));
        Assert.True(reader.Fault.IsNone);
    }

    [Fact]
    public void Records_cut_at_any_byte_end_in_a_fault_after_the_whole_ones()
    {
        Assert.True(RecordBatchView.TryRead(GoldenBatch.Bytes(), out RecordBatchView batch));
        for (int length = 0; length < batch.RecordsBytes.Length; length++)
        {
            RecordReader reader = new(batch, batch.RecordsBytes[..length]);
            while (reader.TryRead(out _))
            {
            }

            bool isBetweenRecords = length is 0 or 17 or 25;
            Assert.Equal(isBetweenRecords ? BatchDefect.RecordCountMismatch : BatchDefect.RecordMalformed, reader.Fault.Defect);
            Assert.Equal(length < 17 ? 0 : length < 25 ? 1 : 2, reader.Fault.RecordIndex);
            Assert.False(reader.TryRead(out _));
        }
    }

    [Fact]
    public void Bytes_after_the_last_record_are_a_fault()
    {
        Assert.True(RecordBatchView.TryRead(GoldenBatch.Bytes(), out RecordBatchView batch));
        RecordReader reader = new(batch, [.. batch.RecordsBytes, 0]);
        while (reader.TryRead(out _))
        {
        }

        Assert.Equal(BatchDefect.RecordCountMismatch, reader.Fault.Defect);
    }

    [Fact]
    public void Walking_a_batch_and_its_headers_allocates_nothing()
    {
        byte[] bytes = GoldenBatch.Bytes();
        Walk(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int total = 0;
        for (int i = 0; i < 100; i++)
        {
            total += Walk(bytes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(500, total);
    }

    private static int Walk(byte[] bytes)
    {
        int seen = 0;
        RecordBatchView.TryRead(bytes, out RecordBatchView batch);
        RecordReader reader = new(batch, batch.RecordsBytes);
        while (reader.TryRead(out RecordView record))
        {
            seen++;
            foreach (RecordHeaderView _ in record.Headers)
            {
                seen++;
            }
        }

        return seen;
    }
}
