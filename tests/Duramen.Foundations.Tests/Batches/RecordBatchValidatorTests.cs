using System.Numerics;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Foundations.Tests.Batches;

public sealed class RecordBatchValidatorTests
{
    private const long NowMs = 1_700_000_000_500;

    private static readonly byte[] Valid = GoldenBatch.Bytes();
    private static readonly BatchRules Exact = BatchRules.ForProducers with { RequiresExactMaxTimestamp = true };

    [Fact]
    public void The_batch_made_by_hand_is_valid_in_both_depths()
    {
        Assert.Equal(BatchFault.None, RecordBatchValidator.CheckShallow(Valid, Exact, NowMs, out RecordBatchView batch));
        Assert.Equal(Valid, batch.Bytes.ToArray());
        Assert.Equal(BatchFault.None, Deep(Valid, Exact));
        Assert.Equal(BatchFault.None, Deep(Valid, BatchRules.ForStoredBatches));
    }

    [Fact]
    public void A_batch_cut_at_any_byte_is_too_short()
    {
        for (int length = 0; length < Valid.Length; length++)
        {
            Assert.Equal(BatchDefect.TooShort, Deep(Valid[..length], Exact).Defect);
            Assert.Equal(BatchDefect.TooShort, Deep(Valid[..length], BatchRules.ForStoredBatches).Defect);
            Assert.False(RecordBatchView.TryRead(Valid.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void Any_flipped_bit_is_noticed_except_where_the_log_writes()
    {
        for (int bit = 0; bit < Valid.Length * 8; bit++)
        {
            byte[] flipped = [.. Valid];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            BatchDefect found = Deep(flipped, Exact).Defect;
            BatchDefect[] expected = (bit / 8) switch
            {
                < RecordBatchLayout.BatchLength => [BatchDefect.None],
                < RecordBatchLayout.PartitionLeaderEpoch => [BatchDefect.TooShort, BatchDefect.BadLength, BatchDefect.TrailingBytes],
                < RecordBatchLayout.Magic => [BatchDefect.None],
                < RecordBatchLayout.Crc => [BatchDefect.BadMagic],
                _ => [BatchDefect.ChecksumMismatch],
            };

            Assert.Contains(found, expected);
        }
    }

    [Theory]
    [InlineData(RecordBatchLayout.BaseOffset, 8, +1, BatchDefect.None)]
    [InlineData(RecordBatchLayout.BaseOffset, 8, -1, BatchDefect.None)]
    [InlineData(RecordBatchLayout.BatchLength, 4, +1, BatchDefect.TooShort)]
    [InlineData(RecordBatchLayout.BatchLength, 4, -1, BatchDefect.TrailingBytes)]
    [InlineData(RecordBatchLayout.PartitionLeaderEpoch, 4, +1, BatchDefect.None)]
    [InlineData(RecordBatchLayout.PartitionLeaderEpoch, 4, -1, BatchDefect.None)]
    [InlineData(RecordBatchLayout.Magic, 1, +1, BatchDefect.BadMagic)]
    [InlineData(RecordBatchLayout.Magic, 1, -1, BatchDefect.BadMagic)]
    [InlineData(RecordBatchLayout.Attributes, 2, +1, BatchDefect.CorruptCompression)] // gzip
    [InlineData(RecordBatchLayout.Attributes, 2, -1, BatchDefect.UnknownCodec)] // codec 7
    [InlineData(RecordBatchLayout.LastOffsetDelta, 4, +1, BatchDefect.OffsetDeltaMismatch)]
    [InlineData(RecordBatchLayout.LastOffsetDelta, 4, -1, BatchDefect.OffsetDeltaMismatch)]
    [InlineData(RecordBatchLayout.BaseTimestamp, 8, +1, BatchDefect.MaxTimestampMismatch)]
    [InlineData(RecordBatchLayout.BaseTimestamp, 8, -1, BatchDefect.MaxTimestampMismatch)]
    [InlineData(RecordBatchLayout.MaxTimestamp, 8, +1, BatchDefect.MaxTimestampMismatch)]
    [InlineData(RecordBatchLayout.MaxTimestamp, 8, -1, BatchDefect.MaxTimestampMismatch)]
    [InlineData(RecordBatchLayout.RecordCount, 4, +1, BatchDefect.OffsetDeltaMismatch)]
    [InlineData(RecordBatchLayout.RecordCount, 4, -1, BatchDefect.OffsetDeltaMismatch)]
    public void A_header_field_off_by_one_is_named_even_when_the_checksum_is_right(int position, int sizeBytes, int by, BatchDefect expected)
    {
        byte[] changed = [.. Valid];
        BigInteger value = new(changed.AsSpan(position, sizeBytes), isBigEndian: true);
        changed.AsSpan(position, sizeBytes).Clear();
        byte[] bytes = (value + by).ToByteArray(isBigEndian: true);
        bytes.CopyTo(changed.AsSpan(position + sizeBytes - bytes.Length));
        BatchBytes.FixChecksum(changed);

        Assert.Equal(expected, Deep(changed, Exact).Defect);
    }

    [Fact]
    public void A_checksum_off_by_one_is_a_mismatch()
    {
        byte[] changed = [.. Valid];
        changed[RecordBatchLayout.Crc + 3]++;

        Assert.Equal(BatchDefect.ChecksumMismatch, Deep(changed, Exact).Defect);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_batch_of_no_records_or_fewer_is_refused(int count) => Assert.Equal(
        BatchDefect.NonPositiveCount, Deep(BatchBytes.WithInt32(Valid, RecordBatchLayout.RecordCount, count), Exact).Defect);

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(48)]
    public void A_length_below_the_header_is_refused(int length) => Assert.Equal(
        BatchDefect.BadLength, Deep(BatchBytes.WithInt32(Valid, RecordBatchLayout.BatchLength, length), Exact).Defect);

    [Fact]
    public void A_length_of_two_gigabytes_is_refused_without_reading_further()
    {
        byte[] changed = BatchBytes.WithInt32(Valid, RecordBatchLayout.BatchLength, int.MaxValue - RecordBatchLayout.LengthPrefixSizeBytes);

        Assert.Equal(BatchDefect.TooShort, Deep(changed, Exact).Defect);
        Assert.Equal(BatchDefect.TooLarge, Deep(changed, Exact with { MaxSizeBytes = 1 << 20 }).Defect);
    }

    [Fact]
    public void The_size_limit_is_the_largest_size_accepted()
    {
        Assert.Equal(BatchDefect.None, Deep(Valid, Exact with { MaxSizeBytes = Valid.Length }).Defect);
        Assert.Equal(BatchDefect.TooLarge, Deep(Valid, Exact with { MaxSizeBytes = Valid.Length - 1 }).Defect);
    }

    [Fact]
    public void Bytes_behind_the_batch_are_refused_from_a_producer_only()
    {
        byte[] longer = [.. Valid, 0];

        Assert.Equal(BatchDefect.TrailingBytes, Deep(longer, Exact).Defect);
        Assert.Equal(BatchDefect.None, Deep(longer, BatchRules.ForStoredBatches).Defect);
    }

    [Theory]
    [InlineData(BatchAttributes.Transactional | BatchAttributes.Control, BatchDefect.ControlBatchFromClient)]
    [InlineData(BatchAttributes.LogAppendTime, BatchDefect.LogAppendTimeFromClient)]
    [InlineData(BatchAttributes.DeleteHorizon, BatchDefect.DeleteHorizonFromClient)]
    [InlineData((BatchAttributes)5, BatchDefect.UnknownCodec)]
    [InlineData((BatchAttributes)1, BatchDefect.CorruptCompression)]
    [InlineData((BatchAttributes)2, BatchDefect.CorruptCompression)]
    [InlineData((BatchAttributes)3, BatchDefect.CorruptCompression)]
    [InlineData((BatchAttributes)4, BatchDefect.CorruptCompression)]
    public void Attributes_that_a_producer_may_not_set_are_named(BatchAttributes attributes, BatchDefect expected) =>
        Assert.Equal(expected, Deep(BatchBytes.WithAttributes(Valid, attributes), Exact).Defect);

    [Fact]
    public void A_producer_id_needs_an_epoch_and_a_sequence_and_a_transaction_needs_a_producer_id()
    {
        byte[] noProducer = BatchBytes.WithInt64(Valid, RecordBatchLayout.ProducerId, -1);

        Assert.Equal(BatchDefect.SequenceMissing, Deep(BatchBytes.WithInt32(Valid, RecordBatchLayout.BaseSequence, -1), Exact).Defect);
        Assert.Equal(BatchDefect.SequenceMissing, Deep(BatchBytes.WithInt16(Valid, RecordBatchLayout.ProducerEpoch, -1), Exact).Defect);
        Assert.Equal(BatchDefect.ProducerMissing, Deep(noProducer, Exact).Defect);
        Assert.Equal(BatchDefect.None, Deep(BatchBytes.WithAttributes(noProducer, BatchAttributes.None), Exact).Defect);
    }

    [Fact]
    public void A_compacted_log_needs_a_key_on_every_record_and_the_fault_says_which_lacks_one()
    {
        BatchFault fault = Deep(Valid, Exact with { RequiresKeys = true });

        Assert.Equal(new BatchFault(BatchDefect.NullKey, PositionBytes: 17, RecordIndex: 1), fault);
        Assert.Equal("The record has no key, which a compacted log needs (record 1, byte 17 of the records).", fault.Message);
    }

    [Fact]
    public void Timestamps_are_held_to_the_limits_around_now()
    {
        Assert.Equal(BatchDefect.None, Deep(Valid, Exact with { MaxTimestampAgeMs = 501 }).Defect);
        BatchFault old = Deep(Valid, Exact with { MaxTimestampAgeMs = 500 });
        Assert.Equal((BatchDefect.TimestampOutOfRange, 2), (old.Defect, old.RecordIndex));

        BatchRules ahead = Exact with { MaxTimestampAheadMs = 10 };
        Assert.Equal(BatchDefect.None, Deep(Valid, ahead, nowMs: 1_700_000_000_240).Defect);
        BatchFault early = Deep(Valid, ahead, nowMs: 1_700_000_000_239);
        Assert.Equal((BatchDefect.TimestampOutOfRange, -1), (early.Defect, early.RecordIndex));
    }

    [Fact]
    public void A_record_without_a_time_is_accepted_and_another_negative_time_is_not()
    {
        Assert.Equal(BatchDefect.None, Deep(OneRecord(timestampMs: -1), Exact with { MaxTimestampAgeMs = 1 }).Defect);
        Assert.Equal(BatchDefect.TimestampOutOfRange, Deep(OneRecord(timestampMs: -2), Exact).Defect);
    }

    [Fact]
    public void More_headers_than_allowed_are_refused()
    {
        Assert.Equal(BatchDefect.TooManyHeaders, Deep(Valid, Exact with { MaxHeadersPerRecord = 1 }).Defect);
        Assert.Equal(BatchDefect.None, Deep(Valid, Exact with { MaxHeadersPerRecord = 2 }).Defect);
    }

    [Fact]
    public void More_records_than_could_fit_are_refused_before_they_are_walked()
    {
        byte[] records = Valid[RecordBatchLayout.Records..];
        Assert.Equal(BatchDefect.TooManyRecords, Deep(BatchBytes.WithRecords(Valid, records, (records.Length / 7) + 1), Exact).Defect);
        Assert.Equal(BatchDefect.RecordCountMismatch, Deep(BatchBytes.WithRecords(Valid, records, records.Length / 7), BatchRules.ForStoredBatches).Defect);
    }

    [Theory]
    [InlineData(CompressionCodec.None)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_batch_has_as_many_records_as_its_bytes_hold(CompressionCodec codec)
    {
        using RecordBatchBuilder builder = new() { Codec = codec, MaxSizeBytes = 1 << 20 };
        while (builder.TryAppend(NowMs, null, null))
        {
        }

        Assert.InRange(builder.Count, 110_000, 1 << 20);
        Assert.Equal(BatchDefect.None, Deep(builder.Build().ToArray(), Exact).Defect);
    }

    [Fact]
    public void A_compressed_batch_may_claim_as_many_records_as_it_may_decompress_to()
    {
        using RecordBatchBuilder builder = new() { Codec = CompressionCodec.Gzip };
        builder.Append(NowMs, null, null);
        byte[] one = builder.Build().ToArray();
        byte[] records = one[RecordBatchLayout.Records..];
        BatchRules rules = Exact with { Decompression = new DecompressionLimits { MinBudgetBytes = 7_000 } };

        Assert.Equal(BatchDefect.RecordCountMismatch, Deep(BatchBytes.WithRecords(one, records, 1_000), rules).Defect);
        Assert.Equal(BatchDefect.TooManyRecords, Deep(BatchBytes.WithRecords(one, records, 1_001), rules).Defect);
    }

    [Fact]
    public void Bad_records_are_named_up_to_a_number()
    {
        using RecordBatchBuilder builder = new();
        for (int count = 0; count <= RecordLimits.MaxNamedRecords; count++)
        {
            builder.Append(NowMs, null, null);
        }

        List<BatchFault> named = [];
        using RecordBatchDecoder decoder = new();
        BatchFault fault = RecordBatchValidator.CheckDeep(
            builder.Build().Span, BatchRules.ForProducers with { RequiresKeys = true }, NowMs, decoder, named, out _, out _);

        Assert.Equal(BatchDefect.NullKey, fault.Defect);
        Assert.Equal(RecordLimits.MaxNamedRecords, named.Count);
    }

    [Theory]
    [InlineData("0C0000000101000C000002010100", 2, BatchDefect.None)]
    [InlineData("0C0000000101000C000002010100", 1, BatchDefect.RecordCountMismatch)]
    [InlineData("0C0000000101000C000000010100", 2, BatchDefect.OffsetDeltaMismatch)] // the same offset twice
    [InlineData("0C0000020101000C000002010100", 2, BatchDefect.OffsetDeltaMismatch)] // starts at 1
    [InlineData("0C000001010100", 1, BatchDefect.OffsetDeltaMismatch)] // offset delta -1
    [InlineData("0C0000000301000000", 1, BatchDefect.RecordMalformed)] // key length -2
    [InlineData("0C000000010300", 1, BatchDefect.RecordMalformed)] // value length -2
    [InlineData("0C000000010101", 1, BatchDefect.RecordMalformed)] // header count -1
    [InlineData("0C000000010102", 1, BatchDefect.RecordMalformed)] // a header that is not there
    [InlineData("1000000001010201010000", 1, BatchDefect.RecordMalformed)] // a header with a null key
    [InlineData("0E00000001010000", 1, BatchDefect.RecordMalformed)] // a byte left over in the record
    [InlineData("0A000000010100", 1, BatchDefect.RecordMalformed)] // a record shorter than its fields
    [InlineData("01000000010100", 1, BatchDefect.RecordMalformed)] // record length -1
    [InlineData("00000000000000", 1, BatchDefect.RecordMalformed)] // record length 0
    [InlineData("FFFFFFFF0F000000000000", 1, BatchDefect.RecordMalformed)] // record length int.MinValue
    [InlineData("0C0000000FFFFF", 1, BatchDefect.RecordMalformed)] // a key length beyond the record
    public void Records_that_lie_are_named(string hex, int count, BatchDefect expected) => Assert.Equal(
        expected, Deep(BatchBytes.WithRecords(Valid, Convert.FromHexString(hex), count), BatchRules.ForProducers).Defect);

    [Fact]
    public void A_marker_may_stand_in_a_log_and_its_record_must_be_a_control_record()
    {
        using RecordBatchBuilder builder = new();
        builder.SetProducer(new ProducerId(1), 0, -1);
        builder.AppendControl(new ControlRecord(ControlRecordType.Commit, 1), NowMs);
        byte[] marker = builder.Build().ToArray();

        Assert.Equal(BatchDefect.None, Deep(marker, BatchRules.ForStoredBatches).Defect);
        Assert.Equal(BatchDefect.ControlBatchFromClient, Deep(marker, Exact).Defect);
        Assert.Equal(
            BatchDefect.ControlRecordMalformed,
            Deep(BatchBytes.WithAttributes(OneRecord(NowMs), BatchAttributes.Control), BatchRules.ForStoredBatches).Defect);
    }

    [Fact]
    public void Offsets_of_a_stored_batch_must_exist()
    {
        Assert.Equal(
            BatchDefect.OffsetDeltaMismatch,
            Deep(BatchBytes.WithInt64(Valid, RecordBatchLayout.BaseOffset, -1), BatchRules.ForStoredBatches).Defect);
        Assert.Equal(
            BatchDefect.OffsetDeltaMismatch,
            Deep(BatchBytes.WithInt64(Valid, RecordBatchLayout.BaseOffset, long.MaxValue - 1), BatchRules.ForStoredBatches).Defect);
    }

    [Fact]
    public void A_log_that_gives_the_time_patches_the_batch_and_it_stays_valid()
    {
        byte[] patched = [.. Valid];
        RecordBatchPatch.SetLogAppendTime(patched, NowMs);
        RecordBatchPatch.SetBaseOffset(patched, new Offset(5));

        Assert.Equal(BatchDefect.None, Deep(patched, BatchRules.ForStoredBatches with { RequiresExactMaxTimestamp = true }).Defect);
        Assert.True(RecordBatchView.TryRead(patched, out RecordBatchView batch));
        Assert.True(batch.IsLogAppendTime);
        Assert.Equal(NowMs, batch.MaxTimestampMs);
    }

    [Fact]
    public void Every_defect_has_a_message_and_an_answer_for_kafka_clients()
    {
        foreach (BatchDefect defect in Enum.GetValues<BatchDefect>())
        {
            BatchFault fault = new(defect, 3, -1, 1, 2);
            Assert.NotEqual(defect.ToString(), fault.Message.Split(' ')[0]);
            Assert.Contains(defect.ToKafkaError(), (short[])[0, 2, 10, 32, 76, 87]);
            Assert.Equal(defect == BatchDefect.None, defect.ToKafkaError() == 0);
        }
    }

    [Fact]
    public void Checking_an_uncompressed_batch_in_depth_allocates_nothing()
    {
        using RecordBatchDecoder decoder = new();
        RecordBatchValidator.CheckDeep(Valid, Exact, NowMs, decoder, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            RecordBatchValidator.CheckDeep(Valid, Exact, NowMs, decoder, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] OneRecord(long timestampMs)
    {
        using RecordBatchBuilder builder = new();
        builder.Append(timestampMs, "k"u8, "v"u8);
        return builder.Build().ToArray();
    }

    private static BatchFault Deep(byte[] bytes, BatchRules rules, long nowMs = NowMs)
    {
        using RecordBatchDecoder decoder = new();
        return RecordBatchValidator.CheckDeep(bytes, rules, nowMs, decoder, out _);
    }
}
