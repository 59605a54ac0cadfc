using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    /// <summary>Every way in which bytes are not whole, valid batches, by name.</summary>
    public static TheoryData<string> InvalidBatchNames => [.. InvalidBatches.Keys];

    private static Dictionary<string, byte[]> InvalidBatches { get; } = new()
    {
        ["empty input"] = [],
        ["one byte"] = [0],
        ["shorter than a header"] = TestBatch.Tagged("x")[..(RecordBatchLayout.HeaderSizeBytes - 1)],
        ["cut inside its records"] = TestBatch.Tagged("x")[..^1],
        ["only zeros"] = new byte[200],
        ["negative length"] = With(RecordBatchLayout.BatchLength, -1),
        ["length less than a header"] = With(RecordBatchLayout.BatchLength, RecordBatchLayout.MinBatchLength - 1),
        ["length beyond the input"] = With(RecordBatchLayout.BatchLength, TestBatch.Tagged("x").Length),
        ["the largest length"] = With(RecordBatchLayout.BatchLength, int.MaxValue),
        ["magic 0"] = WithByte(RecordBatchLayout.Magic, 0),
        ["magic 1"] = WithByte(RecordBatchLayout.Magic, 1),
        ["magic 3"] = WithByte(RecordBatchLayout.Magic, 3),
        ["another checksum"] = With(RecordBatchLayout.Crc, 0x12345678),
        ["a flipped bit in the header"] = WithByte(RecordBatchLayout.MaxTimestamp, 0x40),
        ["a flipped bit in the last byte"] = WithByte(TestBatch.Tagged("x").Length - 1, 0x55),
        ["no record"] = TestBatch.WithBody(BatchAttributes.None, 0, 0, 0, []),
        ["a negative record count"] = TestBatch.Seal(With(RecordBatchLayout.RecordCount, -1)),
        ["a last offset delta above the count"] = TestBatch.Seal(With(RecordBatchLayout.LastOffsetDelta, 2)),
        ["a last offset delta below the count"] = TestBatch.Seal(With(RecordBatchLayout.LastOffsetDelta, 0)),
        ["a negative last offset delta"] = TestBatch.Seal(With(RecordBatchLayout.LastOffsetDelta, -5)),
        ["the least last offset delta and count"] =
            TestBatch.Seal(With(RecordBatchLayout.RecordCount, int.MinValue, With(RecordBatchLayout.LastOffsetDelta, int.MaxValue))),
        ["a trailing byte"] = [.. TestBatch.Tagged("x"), 0],
        ["trailing zeros as long as a header"] = [.. TestBatch.Tagged("x"), .. new byte[RecordBatchLayout.HeaderSizeBytes]],
        ["a second batch that is cut"] = [.. TestBatch.Tagged("x"), .. TestBatch.Tagged("y")[..^3]],
        ["a second batch that is damaged"] = [.. TestBatch.Tagged("x"), .. With(RecordBatchLayout.Crc, 1)],
        ["a third batch of another version"] = [.. TestBatch.Tagged("x"), .. TestBatch.Tagged("y"), .. WithByte(RecordBatchLayout.Magic, 1)],
    };

    [Theory]
    [MemberData(nameof(InvalidBatchNames))]
    public async Task Bytes_that_are_not_whole_valid_batches_are_refused_and_change_nothing(string name)
    {
        (ILog log, byte[][] batches) = await NewLogOfAsync(2, 1);
        byte[] invalid = InvalidBatches[name];

        await RefusesAsync(LogErrors.InvalidBatch, () => log.AppendAsync(invalid.ToArray()).AsTask());
        await RefusesAsync(LogErrors.InvalidBatch, () => log.TryAppendAsync(invalid.ToArray()).AsTask());

        Assert.Equal(Marks(0, 3, 3), log.Watermarks);
        Assert.Equal(TestBatch.Join(batches), await ReadAllAsync(log));
        Assert.Equal(At(3), (await log.AppendAsync(TestBatch.Tagged("next"))).BaseOffset);
    }

    [Fact]
    public async Task A_batch_cut_at_any_byte_is_refused()
    {
        ILog log = await NewLogAsync();
        byte[] batch = TestBatch.Tagged("cut me", 2);

        for (int length = 0; length < batch.Length; length++)
        {
            await RefusesAsync(LogErrors.InvalidBatch, () => log.AppendAsync(batch.AsMemory(0, length)).AsTask());
        }

        Assert.Equal(Marks(0, 0, 0), log.Watermarks);
    }

    [Fact]
    public async Task A_bit_flipped_anywhere_but_in_the_logs_own_fields_is_refused()
    {
        ILog log = await NewLogAsync();
        byte[] batch = TestBatch.Tagged("flip me", 2);
        int[] fieldsOfTheLog = [.. Enumerable.Range(RecordBatchLayout.BaseOffset, 8), .. Enumerable.Range(RecordBatchLayout.PartitionLeaderEpoch, 4)];

        foreach (int position in Enumerable.Range(0, batch.Length).Except(fieldsOfTheLog))
        {
            byte[] flipped = [.. batch];
            flipped[position] ^= (byte)(1 << (position % 8));
            await RefusesAsync(LogErrors.InvalidBatch, () => log.AppendAsync(flipped).AsTask());
        }

        Assert.Equal(Marks(0, 0, 0), log.Watermarks);
    }

    [Fact]
    public async Task Invalid_batches_are_refused_before_the_expected_end_is_looked_at()
    {
        ILog log = await NewLogAsync();

        await RefusesAsync(LogErrors.InvalidBatch, () => log.AppendAsync(new byte[10], new AppendOptions(At(7))).AsTask());
        await RefusesAsync(LogErrors.InvalidBatch, () => log.TryAppendAsync(new byte[10], new AppendOptions(At(7))).AsTask());
    }

    [Fact]
    public async Task What_was_verified_of_one_batch_is_believed_of_no_other()
    {
        ILog log = await NewLogAsync();
        byte[] good = TestBatch.Tagged("good", 2);
        using var decoder = new RecordBatchDecoder();
        RecordBatchValidator.CheckDeep(good, BatchRules.ForAppends, nowMs: 0, decoder, recordFaults: null, out _, out VerifiedBatch verified);
        var vouchedFor = new AppendOptions(Verified: verified);

        // Another size, another checksum in the header, and the same size with bytes that are not those of its own checksum.
        byte[] other = TestBatch.Tagged("else", 2);
        other[^1] ^= 1;
        await RefusesAsync(LogErrors.InvalidBatch, () => log.AppendAsync(other, vouchedFor).AsTask());
        await RefusesAsync(LogErrors.InvalidBatch, () => log.AppendAsync(With(RecordBatchLayout.Crc, 7), vouchedFor).AsTask());
        await RefusesAsync(LogErrors.InvalidBatch, () => log.AppendAsync(TestBatch.Join(good, other), vouchedFor).AsTask());

        Assert.Equal(new AppendResult(At(0), At(2)), await log.AppendAsync(good.ToArray(), vouchedFor));
        if (await CanAsync(LogAbilities.SeveralBatches, log))
        {
            Assert.Equal(new AppendResult(At(2), At(6)), await log.AppendAsync(TestBatch.Join(good, TestBatch.Tagged("more", 2)), vouchedFor));
        }
    }

    private static byte[] With(int position, int value, byte[]? batch = null)
    {
        byte[] changed = [.. batch ?? TestBatch.Tagged("changed", 2)];
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(position), value);
        return changed;
    }

    private static byte[] WithByte(int position, byte value)
    {
        byte[] changed = TestBatch.Tagged("x");
        Assert.NotEqual(value, changed[position]);
        changed[position] = value;
        return changed;
    }
}
