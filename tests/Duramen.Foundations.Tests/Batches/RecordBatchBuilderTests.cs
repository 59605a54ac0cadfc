using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Foundations.Tests.Batches;

public sealed class RecordBatchBuilderTests
{
    private const long BaseTimestampMs = 1_700_000_000_000;

    [Fact]
    public void A_built_batch_is_byte_for_byte_the_one_made_by_hand()
    {
        using RecordBatchBuilder builder = GoldenBuilder();

        Assert.Equal(GoldenBatch.Bytes(), builder.Build().ToArray());
    }

    [Fact]
    public void Reset_drops_the_records_and_keeps_the_settings()
    {
        using RecordBatchBuilder builder = GoldenBuilder();
        builder.Reset();

        Assert.Equal(0, builder.Count);
        Assert.Equal(RecordBatchLayout.HeaderSizeBytes, builder.SizeBytes);
        AppendGoldenRecords(builder);
        Assert.Equal(GoldenBatch.Bytes(), builder.Build().ToArray());
    }

    [Fact]
    public void A_batch_without_records_is_not_built()
    {
        using RecordBatchBuilder builder = new();

        Assert.Throws<InvalidOperationException>(() => builder.Build());
    }

    [Fact]
    public void A_record_that_exceeds_the_size_limit_is_refused_and_changes_nothing()
    {
        using RecordBatchBuilder builder = new() { MaxSizeBytes = 100 };
        Assert.True(builder.TryAppend(1, "k"u8, new byte[10]));
        int sizeBytes = builder.SizeBytes;

        Assert.False(builder.TryAppend(1, "k"u8, new byte[30]));
        RecordException error = Assert.Throws<RecordException>(() => builder.Append(1, null, new byte[30]));

        Assert.Equal(RecordErrors.BatchFull, error.Code);
        Assert.Equal(sizeBytes, builder.SizeBytes);
        Assert.Equal(1, builder.Count);
        Assert.True(RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch));
        Assert.Equal(1, batch.RecordCount);
    }

    [Fact]
    public void The_size_limit_can_be_used_to_the_last_byte()
    {
        using RecordBatchBuilder builder = new();
        builder.Append(1, "k"u8, new byte[10]);
        builder.MaxSizeBytes = builder.SizeBytes;
        builder.Reset();

        Assert.True(builder.TryAppend(1, "k"u8, new byte[10]));
        builder.Reset();
        Assert.False(builder.TryAppend(1, "k"u8, new byte[11]));
    }

    [Fact]
    public void More_headers_than_a_record_may_have_are_refused()
    {
        using RecordBatchBuilder builder = new();
        RecordHeader[] headers = new RecordHeader[RecordLimits.MaxHeadersPerRecord + 1];
        Array.Fill(headers, new RecordHeader("h", null));

        Assert.False(builder.TryAppend(1, "k"u8, "v"u8, headers));
        Assert.True(builder.TryAppend(1, "k"u8, "v"u8, headers.AsSpan(1)));
    }

    [Fact]
    public void A_batch_of_the_log_s_time_gives_that_time_to_every_record()
    {
        using RecordBatchBuilder builder = new() { LogAppendTimeMs = 77 };
        builder.Append(1000, "k"u8, "v"u8);
        builder.Append(1, "k"u8, "v"u8);
        Assert.True(RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch));
        RecordReader reader = new(batch, batch.RecordsBytes);

        Assert.True(batch.IsLogAppendTime);
        Assert.Equal(77, batch.MaxTimestampMs);
        while (reader.TryRead(out RecordView record))
        {
            Assert.Equal(77, record.TimestampMs);
        }

        Assert.Equal(2, reader.RecordsRead);
    }

    [Theory]
    [InlineData(ControlRecordType.Abort)]
    [InlineData(ControlRecordType.Commit)]
    public void A_transaction_marker_is_one_control_record_of_its_producer(ControlRecordType type)
    {
        using RecordBatchBuilder builder = new();
        builder.SetProducer(new ProducerId(9), 3, -1);
        builder.AppendControl(new ControlRecord(type, CoordinatorEpoch: 12), BaseTimestampMs);
        Assert.True(RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch));
        RecordReader reader = new(batch, batch.RecordsBytes);
        Assert.True(reader.TryRead(out RecordView record));

        Assert.True(batch.IsControl && batch.IsTransactional && batch.IsChecksumValid);
        Assert.Equal((new ProducerId(9), (short)3, -1, 1), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.RecordCount));
        Assert.Equal([0, 0, 0, (byte)type], record.Key.ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 12], record.Value.ToArray());
        Assert.True(ControlRecord.TryParse(record.Key, record.Value, out ControlRecord parsed));
        Assert.Equal(new ControlRecord(type, 12), parsed);
    }

    [Fact]
    public void The_batch_after_a_marker_is_data_again()
    {
        using RecordBatchBuilder builder = new();
        builder.AppendControl(new ControlRecord(ControlRecordType.Abort, 1), BaseTimestampMs);
        builder.Build();
        builder.Reset();
        builder.Append(BaseTimestampMs, "k"u8, "v"u8);
        Assert.True(RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch));

        Assert.Equal(BatchAttributes.None, batch.Attributes);
    }

    [Fact]
    public void Building_uncompressed_batches_allocates_nothing_once_the_memory_has_grown()
    {
        using RecordBatchBuilder builder = new();
        byte[] value = new byte[100];
        RecordHeader[] headers = [new("trace", new byte[16])];
        for (int warm = 0; warm < 3; warm++)
        {
            BuildOne(builder, value, headers);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            BuildOne(builder, value, headers);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void BuildOne(RecordBatchBuilder builder, byte[] value, RecordHeader[] headers)
    {
        builder.Reset();
        builder.SetProducer(new ProducerId(1), 0, 5);
        for (int i = 0; i < 500; i++)
        {
            builder.Append(BaseTimestampMs + i, "key"u8, value, headers);
        }

        builder.Build();
    }

    private static RecordBatchBuilder GoldenBuilder()
    {
        RecordBatchBuilder builder = new()
        {
            BaseOffset = new Offset(1000),
            LeaderEpoch = new LeaderEpoch(5),
            IsTransactional = true,
            Codec = CompressionCodec.None,
        };
        builder.SetProducer(new ProducerId(0x1234), epoch: 7, baseSequence: 42);
        AppendGoldenRecords(builder);
        return builder;
    }

    private static void AppendGoldenRecords(RecordBatchBuilder builder)
    {
        builder.Append(BaseTimestampMs, "k"u8, "v1"u8, [new RecordHeader("h", new byte[] { 1 }), new RecordHeader("n", null)]);
        builder.Append(BaseTimestampMs + 250, NullableBytes.Null, ReadOnlySpan<byte>.Empty);
        builder.Append(BaseTimestampMs - 1, ReadOnlySpan<byte>.Empty, null);
    }
}
