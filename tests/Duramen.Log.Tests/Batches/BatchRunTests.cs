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

        Assert.True(BatchRun.TryCheck(batches, out BatchRun run, out BatchFault fault));

        Assert.Equal(new BatchRun(3, 6, 90), run);
        Assert.Equal(BatchFault.None, fault);
    }

    [Fact]
    public void Timestamps_below_zero_are_no_less_timestamps()
    {
        Assert.True(BatchRun.TryCheck(TestBatch.At(-7, -9), out BatchRun run, out _));

        Assert.Equal(-7, run.MaxTimestampMs);
    }

    [Theory]
    [InlineData(BatchDefect.BadLength, RecordBatchLayout.BatchLength, 10)]
    [InlineData(BatchDefect.TooShort, RecordBatchLayout.BatchLength, 10_000)]
    [InlineData(BatchDefect.BadLength, RecordBatchLayout.BatchLength, int.MinValue)]
    [InlineData(BatchDefect.BadMagic, RecordBatchLayout.Magic, 0)]
    [InlineData(BatchDefect.ChecksumMismatch, RecordBatchLayout.MaxTimestamp, 0)]
    [InlineData(BatchDefect.NonPositiveCount, RecordBatchLayout.RecordCount, 0)]
    [InlineData(BatchDefect.NonPositiveCount, RecordBatchLayout.RecordCount, int.MinValue)]
    [InlineData(BatchDefect.TooManyRecords, RecordBatchLayout.RecordCount, 100)]
    [InlineData(BatchDefect.OffsetDeltaMismatch, RecordBatchLayout.LastOffsetDelta, 7)]
    [InlineData(BatchDefect.OffsetDeltaMismatch, RecordBatchLayout.LastOffsetDelta, -1)]
    public void The_first_fault_is_named_with_its_position_in_the_run(BatchDefect defect, int field, int value)
    {
        byte[] good = TestBatch.Tagged("good", 2);
        byte[] bad = TestBatch.Tagged("bad", 2);
        BinaryPrimitives.WriteInt32BigEndian(bad.AsSpan(field), value);
        if (defect is BatchDefect.NonPositiveCount or BatchDefect.TooManyRecords or BatchDefect.OffsetDeltaMismatch)
        {
            TestBatch.Seal(bad);
        }

        Assert.False(BatchRun.TryCheck(TestBatch.Join(good, bad, new byte[5]), out BatchRun run, out BatchFault fault));

        int expected = good.Length + (defect == BatchDefect.ChecksumMismatch ? RecordBatchLayout.Crc : field);
        Assert.Equal((defect, expected), (fault.Defect, fault.PositionBytes));
        Assert.Contains($"at byte {expected}", fault.Message, StringComparison.Ordinal);
        Assert.Equal(default, run);
    }

    [Fact]
    public void A_run_without_bytes_and_one_that_ends_inside_a_header_are_too_short()
    {
        byte[] good = TestBatch.Tagged("good");
        const int NeededBytes = RecordBatchLayout.HeaderSizeBytes;

        Assert.False(BatchRun.TryCheck([], out _, out BatchFault empty));
        Assert.False(BatchRun.TryCheck(new byte[NeededBytes - 1], out _, out BatchFault cut));
        Assert.False(BatchRun.TryCheck(TestBatch.Join(good, [1]), out _, out BatchFault trailing));

        Assert.Equal(new BatchFault(BatchDefect.TooShort, 0, Found: 0, Expected: NeededBytes), empty);
        Assert.Equal(new BatchFault(BatchDefect.TooShort, 0, Found: NeededBytes - 1, Expected: NeededBytes), cut);
        Assert.Equal(new BatchFault(BatchDefect.TooShort, good.Length, Found: 1, Expected: NeededBytes), trailing);
    }

    [Fact]
    public void Control_batches_and_the_logs_own_timestamps_pass_and_the_base_offset_is_of_no_account()
    {
        using var builder = new RecordBatchBuilder { BaseOffset = new Offset(-1) };
        builder.SetProducer(new ProducerId(7), epoch: 3, baseSequence: -1);
        builder.AppendControl(new ControlRecord(ControlRecordType.Commit, CoordinatorEpoch: 1), 5);
        byte[] control = builder.Build().ToArray();
        byte[] stamped = TestBatch.AppendedAt(9, new TestRecord(9, null, null));

        Assert.True(BatchRun.TryCheck(TestBatch.Join(control, stamped), out BatchRun run, out BatchFault fault), fault.Message);

        Assert.Equal(new BatchRun(2, 2, 9), run);
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
