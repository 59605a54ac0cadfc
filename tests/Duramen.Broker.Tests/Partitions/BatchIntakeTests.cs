using Duramen.Broker.Partitions;
using Duramen.Core.Binary;
using Duramen.Kafka;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Broker.Tests.Partitions;

public sealed class BatchIntakeTests
{
    private static readonly PartitionRules Plain = new(1 << 20, 1 << 30, false, false, long.MaxValue, long.MaxValue, null);

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Lz4)]
    public void Looking_at_a_batch_allocates_nothing_however_many_records_it_has(CompressionCodec codec)
    {
        using var intake = new BatchIntake();
        byte[] batch = Batch(codec, 1000);
        for (int warmUp = 0; warmUp < 100; warmUp++)
        {
            intake.Check(batch, Plain, 9, nowMs: 0, out _, out _, out _);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
        {
            Assert.Equal(KafkaError.None, intake.Check(batch, Plain, 9, nowMs: 0, out _, out _, out _).Code);
        }

        // Less than one byte for a record: the assertions themselves allocate a little.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 99_999);
    }

    [Fact]
    public void The_batch_to_append_is_the_very_memory_that_was_sent()
    {
        using var intake = new BatchIntake();
        byte[] batch = Batch(CompressionCodec.None, 3);
        intake.Check(batch, Plain, 9, nowMs: 0, out Memory<byte> accepted, out _, out PooledBuffer? replacement);
        Assert.Null(replacement);
        accepted.Span[0] = 0x7F;
        Assert.Equal(0x7F, batch[0]);
    }

    [Fact]
    public void The_checksum_is_vouched_for_when_the_bytes_are_those_that_were_sent_and_only_then()
    {
        using var intake = new BatchIntake();
        byte[] batch = Batch(CompressionCodec.None, 3);
        Assert.True(IsVouchedFor(Plain, batch));
        Assert.False(IsVouchedFor(new(1 << 20, 1 << 30, false, usesLogAppendTime: true, long.MaxValue, long.MaxValue, null), [.. batch]));
        Assert.False(IsVouchedFor(new(1 << 20, 1 << 30, false, false, long.MaxValue, long.MaxValue, CompressionCodec.Gzip), [.. batch]));
        byte[] corrected = [.. batch];
        RecordBatchPatch.SetMaxTimestamp(corrected, 1);
        Assert.False(IsVouchedFor(Plain, corrected));

        bool IsVouchedFor(PartitionRules rules, byte[] sent)
        {
            Assert.Equal(KafkaError.None, intake.Check(sent, rules, 9, nowMs: 0, out Memory<byte> accepted, out VerifiedBatch verified, out PooledBuffer? replacement).Code);
            Assert.True(RecordBatchView.TryRead(accepted.Span, out RecordBatchView view));
            bool isOf = verified.IsOf(view);
            replacement?.Dispose();
            return isOf;
        }
    }

    [Fact]
    public void A_batch_that_would_not_fit_a_segment_is_refused()
    {
        using var intake = new BatchIntake();
        var small = new PartitionRules(1 << 20, segmentSizeBytes: 1000, false, false, long.MaxValue, long.MaxValue, null);
        Assert.Equal(KafkaError.RecordListTooLarge, intake.Check(Batch(CompressionCodec.None, 100), small, 9, nowMs: 0, out _, out _, out _).Code);
    }

    [Fact]
    public void What_a_topic_takes_uncompressed_it_takes_compressed_however_small_that_is()
    {
        using var intake = new BatchIntake();
        using var builder = new RecordBatchBuilder { Codec = CompressionCodec.Zstd };
        for (int index = 0; index < 1000; index++)
        {
            builder.Append(0, "key"u8, new byte[4000]);
        }

        byte[] batch = builder.Build().ToArray();
        var large = new PartitionRules(4 << 20, 1 << 30, false, false, long.MaxValue, long.MaxValue, null);

        Assert.Equal(KafkaError.None, intake.Check(batch, large, 9, nowMs: 0, out _, out _, out _).Code);
        Assert.Equal(KafkaError.MessageTooLarge, intake.Check(batch, Plain, 9, nowMs: 0, out _, out _, out _).Code);
    }

    [Fact]
    public void Every_damaged_byte_behind_the_offsets_is_noticed()
    {
        using var intake = new BatchIntake();
        byte[] whole = Batch(CompressionCodec.None, 3);
        for (int position = RecordBatchLayout.Magic; position < whole.Length; position++)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            Assert.NotEqual(KafkaError.None, intake.Check(damaged, Plain, 9, nowMs: 0, out _, out _, out _).Code);
        }

        for (int length = 0; length < whole.Length; length++)
        {
            Assert.NotEqual(KafkaError.None, intake.Check(whole.AsMemory(0, length), Plain, 9, nowMs: 0, out _, out _, out _).Code);
        }
    }

    private static byte[] Batch(CompressionCodec codec, int records)
    {
        using var builder = new RecordBatchBuilder { Codec = codec };
        for (int index = 0; index < records; index++)
        {
            builder.Append(1000 + index, "key"u8, "some value that is not very short"u8);
        }

        return builder.Build().ToArray();
    }
}
