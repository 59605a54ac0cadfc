using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using FsCheck;
using FsCheck.Fluent;

namespace Duramen.Foundations.Tests.Batches;

public sealed class RecordBatchRoundTripTests
{
    private static readonly BatchRules Exact = BatchRules.ForProducers with { RequiresExactMaxTimestamp = true };

    public static TheoryData<CompressionCodec> Codecs() => [.. Enum.GetValues<CompressionCodec>()];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Any_records_come_back_as_they_were_appended_and_pass_every_check(CompressionCodec codec)
    {
        using RecordBatchDecoder decoder = new();
        Check.QuickThrowOnFailure(Prop.ForAll(
            ArbMap.Default.ArbFor<NonEmptyArray<Tuple<byte[], byte[], int, byte>>>(),
            specs =>
            {
                TestRecord[] records = [.. specs.Item.Select(spec => TestRecord.From(spec.Item1, spec.Item2, spec.Item3, spec.Item4))];
                byte[] bytes = Build(codec, records);
                BatchFault fault = RecordBatchValidator.CheckDeep(bytes, Exact, nowMs: 0, decoder, out RecordBatchView batch);

                Assert.True(fault.IsNone, fault.Message);
                Assert.Equal(codec, batch.Codec);
                Assert.True(decoder.Open(batch, out RecordReader reader).IsNone);
                for (int i = 0; i < records.Length; i++)
                {
                    Assert.True(reader.TryRead(out RecordView record));
                    Assert.Equal(100 + i, record.Offset.Value);
                    records[i].AssertEqualTo(record);
                }

                Assert.False(reader.TryRead(out _));
                Assert.True(reader.Fault.IsNone);
            }));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void A_rewrite_keeps_the_survivors_and_what_identifies_the_batch(CompressionCodec codec)
    {
        using RecordBatchRewriter rewriter = new();
        using RecordBatchDecoder decoder = new();
        Check.QuickThrowOnFailure(Prop.ForAll(
            ArbMap.Default.ArbFor<NonEmptyArray<Tuple<byte[], byte[], int, byte>>>(),
            ArbMap.Default.ArbFor<ulong>(),
            ArbMap.Default.ArbFor<bool>(),
            (specs, kept, hasHorizon) =>
            {
                TestRecord[] records = [.. specs.Item.Select(spec => TestRecord.From(spec.Item1, spec.Item2, spec.Item3, spec.Item4))];
                Assert.True(RecordBatchView.TryRead(Build(codec, records), out RecordBatchView original));
                MaskFilter filter = new(kept);
                long? horizonMs = hasHorizon ? 4_000_000_000 : null;
                RewriteOutcome outcome = rewriter.Rewrite(original, ref filter, horizonMs, out Memory<byte> rewritten, out BatchFault fault);
                Assert.True(fault.IsNone, fault.Message);
                int[] survivors = [.. Enumerable.Range(0, records.Length).Where(index => MaskFilter.IsKept(kept, index))];
                if (outcome == RewriteOutcome.Unchanged)
                {
                    Assert.Equal(records.Length, survivors.Length);
                    Assert.False(hasHorizon);
                    return;
                }

                Assert.Equal(survivors.Length == 0 ? RewriteOutcome.Emptied : RewriteOutcome.Rewritten, outcome);
                fault = RecordBatchValidator.CheckDeep(rewritten.Span, BatchRules.ForStoredBatches, 0, decoder, out RecordBatchView batch);
                Assert.True(fault.IsNone, fault.Message);
                AssertSameIdentity(original, batch);
                Assert.Equal((survivors.Length, hasHorizon), (batch.RecordCount, batch.HasDeleteHorizon));
                Assert.Equal(hasHorizon ? horizonMs!.Value : batch.BaseTimestampMs, batch.BaseTimestampMs);
                Assert.True(decoder.Open(batch, out RecordReader reader).IsNone);
                foreach (int survivor in survivors)
                {
                    Assert.True(reader.TryRead(out RecordView record));
                    Assert.Equal(100 + survivor, record.Offset.Value);
                    records[survivor].AssertEqualTo(record);
                }

                Assert.False(reader.TryRead(out _));
            }));
    }

    [Fact]
    public void A_horizon_survives_a_later_rewrite_and_setting_it_again_changes_nothing()
    {
        TestRecord[] records = [TestRecord.From([1], [2], 5, 0), TestRecord.From([3], null!, 9, 2)];
        using RecordBatchRewriter rewriter = new();
        MaskFilter all = new(ulong.MaxValue);
        MaskFilter second = new(2);
        Assert.True(RecordBatchView.TryRead(Build(CompressionCodec.None, records), out RecordBatchView original));
        Assert.Equal(RewriteOutcome.Rewritten, rewriter.Rewrite(original, ref all, 1000, out Memory<byte> bytes, out _));
        byte[] withHorizon = bytes.ToArray();
        Assert.True(RecordBatchView.TryRead(withHorizon, out RecordBatchView batch));

        Assert.Equal(RewriteOutcome.Unchanged, rewriter.Rewrite(batch, ref all, 1000, out _, out _));
        Assert.Equal(RewriteOutcome.Rewritten, rewriter.Rewrite(batch, ref second, null, out bytes, out _));
        Assert.True(RecordBatchView.TryRead(bytes.Span, out RecordBatchView later));
        Assert.True(later.HasDeleteHorizon && later.IsChecksumValid);
        Assert.Equal((1000, 9, 1), (later.BaseTimestampMs, later.MaxTimestampMs, later.RecordCount));
        RecordReader reader = new(later, later.RecordsBytes);
        Assert.True(reader.TryRead(out RecordView record));
        records[1].AssertEqualTo(record);
    }

    [Fact]
    public void A_rewrite_keeps_the_log_s_own_timestamps_and_control_batches()
    {
        using RecordBatchRewriter rewriter = new();
        using RecordBatchBuilder builder = new() { LogAppendTimeMs = 500 };
        MaskFilter first = new(1);
        builder.Append(1, "a"u8, "b"u8);
        builder.Append(2, "a"u8, "b"u8);
        Assert.True(RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView original));
        Assert.Equal(RewriteOutcome.Rewritten, rewriter.Rewrite(original, ref first, null, out Memory<byte> bytes, out _));
        Assert.True(RecordBatchView.TryRead(bytes.Span, out RecordBatchView batch));
        Assert.True(batch.IsLogAppendTime);
        Assert.Equal((500, 1), (batch.MaxTimestampMs, batch.RecordCount));

        MaskFilter none = new(0);
        builder.LogAppendTimeMs = null;
        builder.Reset();
        builder.SetProducer(new ProducerId(4), 2, -1);
        builder.AppendControl(new ControlRecord(ControlRecordType.Abort, 1), 7);
        Assert.True(RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView marker));
        Assert.Equal(RewriteOutcome.Emptied, rewriter.Rewrite(marker, ref none, null, out bytes, out _));
        Assert.True(RecordBatchView.TryRead(bytes.Span, out batch));
        Assert.True(batch.IsControl && batch.IsTransactional);
        AssertSameIdentity(marker, batch);
        Assert.Equal((0, 7), (batch.RecordCount, batch.MaxTimestampMs));
    }

    [Fact]
    public void A_batch_that_cannot_be_read_is_not_rewritten()
    {
        using RecordBatchRewriter rewriter = new();
        MaskFilter all = new(ulong.MaxValue);
        byte[] bytes = GoldenBatch.Bytes();
        bytes[RecordBatchLayout.Records + 3] = 0xFF;
        Assert.True(RecordBatchView.TryRead(bytes, out RecordBatchView batch));

        Assert.Equal(RewriteOutcome.Faulty, rewriter.Rewrite(batch, ref all, 5, out Memory<byte> rewritten, out BatchFault fault));
        Assert.False(fault.IsNone);
        Assert.Equal(0, rewritten.Length);
    }

    private static void AssertSameIdentity(scoped RecordBatchView original, scoped RecordBatchView batch)
    {
        Assert.Equal((original.BaseOffset, original.LastOffset, original.LeaderEpoch), (batch.BaseOffset, batch.LastOffset, batch.LeaderEpoch));
        Assert.Equal((original.ProducerId, original.ProducerEpoch, original.BaseSequence), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence));
        Assert.Equal((original.IsTransactional, original.IsControl), (batch.IsTransactional, batch.IsControl));
        Assert.Equal(batch.RecordCount == 0 ? CompressionCodec.None : original.Codec, batch.Codec);
    }

    private static byte[] Build(CompressionCodec codec, TestRecord[] records)
    {
        using RecordBatchBuilder builder = new()
        {
            Codec = codec,
            BaseOffset = new Offset(100),
            LeaderEpoch = new LeaderEpoch(3),
            IsTransactional = true,
        };
        builder.SetProducer(new ProducerId(8), 1, 77);
        foreach (TestRecord record in records)
        {
            record.AppendTo(builder);
        }

        return builder.Build().ToArray();
    }

    private readonly struct MaskFilter(ulong mask) : IRecordFilter
    {
        public bool Keeps(scoped RecordView record) => IsKept(mask, record.OffsetDelta);

        internal static bool IsKept(ulong mask, int index) => ((mask >> (index % 64)) & 1) != 0;
    }

    private sealed record TestRecord(byte[]? Key, byte[]? Value, long TimestampMs, RecordHeader[] Headers)
    {
        // The low bits of the shape say what is null, the next three how many headers there are.
        internal static TestRecord From(byte[] key, byte[] value, int timestamp, byte shape) => new(
            (shape & 1) != 0 ? null : key,
            (shape & 2) != 0 ? null : value,
            Math.Abs((long)timestamp),
            [.. Enumerable.Range(0, (shape >> 2) & 7).Select(i => new RecordHeader("h" + i, i % 3 == 2 ? null : new byte[i]))]);

        internal void AppendTo(RecordBatchBuilder builder) => builder.Append(TimestampMs, Key, Value, Headers);

        internal void AssertEqualTo(scoped RecordView record)
        {
            Assert.Equal(TimestampMs, record.TimestampMs);
            Assert.True(record.Key.ContentEquals(Key));
            Assert.True(record.Value.ContentEquals(Value));
            Assert.Equal(Headers.Length, record.Headers.Count);
            int index = 0;
            foreach (RecordHeaderView header in record.Headers)
            {
                Assert.Equal(Headers[index].Key, header.GetKey());
                NullableBytes expected = Headers[index].Value is { } value ? value.Span : NullableBytes.Null;
                Assert.True(header.Value.ContentEquals(expected));
                index++;
            }
        }
    }
}
