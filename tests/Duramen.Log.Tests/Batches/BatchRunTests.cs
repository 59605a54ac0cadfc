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

        Assert.True(BatchRun.TryCheck(batches, out BatchRun run, out RunDefect defect));

        Assert.Equal(new BatchRun(3, 6, 90), run);
        Assert.Equal(RunDefectKind.None, defect.Kind);
    }

    [Fact]
    public void Timestamps_below_zero_are_no_less_timestamps()
    {
        Assert.True(BatchRun.TryCheck(TestBatch.At(-7, -9), out BatchRun run, out _));

        Assert.Equal(-7, run.MaxTimestampMs);
    }

    [Theory]
    [InlineData(RunDefectKind.Length, RecordBatchLayout.BatchLength, 10)]
    [InlineData(RunDefectKind.Length, RecordBatchLayout.BatchLength, 10_000)]
    [InlineData(RunDefectKind.Length, RecordBatchLayout.BatchLength, int.MinValue)]
    [InlineData(RunDefectKind.Magic, RecordBatchLayout.Magic, 0)]
    [InlineData(RunDefectKind.Checksum, RecordBatchLayout.Crc, 0)]
    [InlineData(RunDefectKind.RecordCount, RecordBatchLayout.RecordCount, 0)]
    [InlineData(RunDefectKind.RecordCount, RecordBatchLayout.RecordCount, int.MinValue)]
    [InlineData(RunDefectKind.LastOffsetDelta, RecordBatchLayout.LastOffsetDelta, 7)]
    [InlineData(RunDefectKind.LastOffsetDelta, RecordBatchLayout.LastOffsetDelta, -1)]
    public void The_first_defect_is_named_with_the_position_of_its_batch(RunDefectKind kind, int field, int value)
    {
        byte[] good = TestBatch.Tagged("good", 2);
        byte[] bad = TestBatch.Tagged("bad", 2);
        BinaryPrimitives.WriteInt32BigEndian(bad.AsSpan(field), value);

        Assert.False(BatchRun.TryCheck(TestBatch.Join(good, bad, new byte[5]), out BatchRun run, out RunDefect defect));

        Assert.Equal(new RunDefect(kind, good.Length), defect);
        Assert.Contains($"position {good.Length}", defect.ToString(), StringComparison.Ordinal);
        Assert.Equal(default, run);
    }

    [Fact]
    public void A_run_without_bytes_is_empty_and_one_that_ends_inside_a_header_is_cut()
    {
        byte[] good = TestBatch.Tagged("good");

        Assert.False(BatchRun.TryCheck([], out _, out RunDefect empty));
        Assert.False(BatchRun.TryCheck(new byte[RecordBatchLayout.HeaderSizeBytes - 1], out _, out RunDefect cut));
        Assert.False(BatchRun.TryCheck(TestBatch.Join(good, [1]), out _, out RunDefect trailing));

        Assert.Equal(new RunDefect(RunDefectKind.Empty, 0), empty);
        Assert.Equal(new RunDefect(RunDefectKind.Cut, 0), cut);
        Assert.Equal(new RunDefect(RunDefectKind.Cut, good.Length), trailing);
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
