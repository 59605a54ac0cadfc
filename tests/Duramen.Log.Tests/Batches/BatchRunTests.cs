using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Log.Batches;
using Duramen.Log.Contract;
using Duramen.Records.Batches;
using Xunit;

namespace Duramen.Log.Tests.Batches;

public sealed class BatchRunTests
{
    [Fact]
    public void A_run_of_valid_batches_is_summed_up()
    {
        byte[] batches = TestBatch.Join(TestBatch.At(5, 90), TestBatch.At(1), TestBatch.At(7, 8, 9));

        Assert.True(BatchRun.TryCheck(batches, out BatchRun run, out BatchDefect defect));

        Assert.Equal(new BatchRun(3, 6, 90), run);
        Assert.Equal(BatchDefectKind.None, defect.Kind);
    }

    [Fact]
    public void Timestamps_below_zero_are_no_less_timestamps()
    {
        Assert.True(BatchRun.TryCheck(TestBatch.At(-7, -9), out BatchRun run, out _));

        Assert.Equal(-7, run.MaxTimestampMs);
    }

    [Theory]
    [InlineData(BatchDefectKind.Length, RecordBatchLayout.BatchLength, 10)]
    [InlineData(BatchDefectKind.Length, RecordBatchLayout.BatchLength, 10_000)]
    [InlineData(BatchDefectKind.Length, RecordBatchLayout.BatchLength, int.MinValue)]
    [InlineData(BatchDefectKind.Magic, RecordBatchLayout.Magic, 0)]
    [InlineData(BatchDefectKind.Checksum, RecordBatchLayout.Crc, 0)]
    [InlineData(BatchDefectKind.RecordCount, RecordBatchLayout.RecordCount, 0)]
    [InlineData(BatchDefectKind.RecordCount, RecordBatchLayout.RecordCount, int.MinValue)]
    [InlineData(BatchDefectKind.LastOffsetDelta, RecordBatchLayout.LastOffsetDelta, 7)]
    [InlineData(BatchDefectKind.LastOffsetDelta, RecordBatchLayout.LastOffsetDelta, -1)]
    public void The_first_defect_is_named_with_the_position_of_its_batch(BatchDefectKind kind, int field, int value)
    {
        byte[] good = TestBatch.Tagged("good", 2);
        byte[] bad = TestBatch.Tagged("bad", 2);
        BinaryPrimitives.WriteInt32BigEndian(bad.AsSpan(field), value);

        Assert.False(BatchRun.TryCheck(TestBatch.Join(good, bad, new byte[5]), out BatchRun run, out BatchDefect defect));

        Assert.Equal(new BatchDefect(kind, good.Length), defect);
        Assert.Contains($"position {good.Length}", defect.ToString(), StringComparison.Ordinal);
        Assert.Equal(default, run);
    }

    [Fact]
    public void A_run_without_bytes_is_empty_and_one_that_ends_inside_a_header_is_cut()
    {
        byte[] good = TestBatch.Tagged("good");

        Assert.False(BatchRun.TryCheck([], out _, out BatchDefect empty));
        Assert.False(BatchRun.TryCheck(new byte[RecordBatchLayout.HeaderSizeBytes - 1], out _, out BatchDefect cut));
        Assert.False(BatchRun.TryCheck(TestBatch.Join(good, [1]), out _, out BatchDefect trailing));

        Assert.Equal(new BatchDefect(BatchDefectKind.Empty, 0), empty);
        Assert.Equal(new BatchDefect(BatchDefectKind.Cut, 0), cut);
        Assert.Equal(new BatchDefect(BatchDefectKind.Cut, good.Length), trailing);
    }

    [Fact]
    public void Stamping_counts_offsets_through_all_batches_and_touches_nothing_else()
    {
        byte[] first = TestBatch.Tagged("first", 3);
        byte[] second = TestBatch.Tagged("second", 2);
        byte[] batches = TestBatch.Join(first, second);

        Offset next = BatchRun.Stamp(batches, new Offset(1_000_000_000_000), new LeaderEpoch(12));

        Assert.Equal(new Offset(1_000_000_000_005), next);
        Assert.Equal(
            TestBatch.Join(
                TestBatch.Stamped(first, new Offset(1_000_000_000_000), new LeaderEpoch(12)),
                TestBatch.Stamped(second, new Offset(1_000_000_000_003), new LeaderEpoch(12))),
            batches);
        Assert.True(BatchRun.TryCheck(batches, out _, out _));
    }

    [Fact]
    public void Checking_and_stamping_allocate_nothing()
    {
        byte[] batches = TestBatch.Join(Enumerable.Range(0, 50).Select(index => TestBatch.Tagged($"batch {index}", 3)));
        byte[] bad = [.. batches, 1];
        CheckAndStamp(batches, bad);

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool asExpected = CheckAndStamp(batches, bad);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(asExpected);
        Assert.Equal(0, allocated);
    }

    private static bool CheckAndStamp(byte[] good, byte[] bad) =>
        BatchRun.TryCheck(good, out _, out _)
        && BatchRun.Stamp(good, Offset.Zero, LeaderEpoch.None) == new Offset(150)
        && !BatchRun.TryCheck(bad, out _, out _);
}
