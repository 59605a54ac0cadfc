using Duramen.Core.Random;
using Duramen.Foundations.Tests.Compression;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Foundations.Tests.Batches;

public sealed class HostileBatchTests
{
    private const int MiB = 1024 * 1024;

    public static TheoryData<CompressionCodec> Codecs() => [.. Enum.GetValues<CompressionCodec>()];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Mutated_batches_are_valid_or_have_a_named_defect_and_cost_little(CompressionCodec codec)
    {
        const int Rounds = 3000;
        Prng prng = Prng.ForStream(2026, "mutate", (int)codec);
        using RecordBatchBuilder builder = new() { Codec = codec };
        using RecordBatchDecoder decoder = new();
        byte[] valid = ManyRecords(builder, prng);
        HashSet<BatchDefect> seen = [];
        Examine(valid, decoder, seen);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++)
        {
            Examine(Mutate(valid, prng), decoder, seen);
        }

        // The mutated copies themselves, gzip's streams and exceptions; a decoder that believed a length would exceed this at once.
        long allowance = Rounds * (valid.Length + (32L * 1024)) + (4 * RecordLimits.MinDecompressionBudgetBytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allowance);
        Assert.Contains(BatchDefect.ChecksumMismatch, seen);
        Assert.Contains(codec == CompressionCodec.None ? BatchDefect.RecordMalformed : BatchDefect.CorruptCompression, seen);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void A_rewrite_of_a_mutated_batch_gives_a_valid_batch_or_a_named_defect(CompressionCodec codec)
    {
        Prng prng = Prng.ForStream(2026, "rewrite", (int)codec);
        using RecordBatchBuilder builder = new() { Codec = codec };
        using RecordBatchRewriter rewriter = new();
        using RecordBatchDecoder decoder = new();
        byte[] valid = ManyRecords(builder, prng);
        int rewrites = 0;
        for (int round = 0; round < 2000; round++)
        {
            EvenOffsets filter = default;
            byte[] mutated = Mutate(valid, prng);
            if (!RecordBatchValidator.CheckShallow(mutated, BatchRules.ForStoredBatches, 0, out RecordBatchView batch).IsNone)
            {
                continue;
            }

            RewriteOutcome outcome = rewriter.Rewrite(batch, ref filter, 5, out Memory<byte> rewritten, out BatchFault fault);
            Assert.Equal(outcome == RewriteOutcome.Faulty, !fault.IsNone);
            if (outcome == RewriteOutcome.Rewritten)
            {
                // A mutated batch may claim to be a control batch, whose records no rewrite mends.
                BatchFault after = RecordBatchValidator.CheckDeep(rewritten.Span, BatchRules.ForStoredBatches, 0, decoder, out _);
                Assert.True(after.Defect is BatchDefect.None or BatchDefect.ControlRecordMalformed, after.Message);
                rewrites++;
            }
        }

        Assert.NotEqual(0, rewrites);
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_bomb_is_stopped_at_its_budget(CompressionCodec codec)
    {
        byte[] bomb = codec == CompressionCodec.Zstd ? ZstdBomb(blocks: 80_000) : RecordCompressionTests.Compress(codec, new byte[96 * MiB]);
        byte[] batch = AsBatch(codec, bomb);
        DecompressionLimits limits = DecompressionLimits.Default;
        int budgetBytes = limits.BudgetFor(bomb.Length);
        using RecordBatchDecoder decoder = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        BatchFault fault = RecordBatchValidator.CheckDeep(batch, BatchRules.ForProducers, 0, decoder, out _);
        long allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(BatchDefect.DecompressionBudgetExceeded, fault.Defect);
        Assert.InRange(budgetBytes, 2 * MiB, 64 * MiB);
        Assert.InRange(allocatedBytes, 0, (4L * budgetBytes) + MiB);
    }

    [Fact]
    public void A_snappy_block_cannot_claim_more_than_its_bytes_can_give()
    {
        // 2 GiB claimed: over the budget. 2 MiB claimed: within it, but nothing behind it.
        using RecordBatchDecoder decoder = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        BatchFault huge = RecordBatchValidator.CheckDeep(
            AsBatch(CompressionCodec.Snappy, [0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00, 0x61]), BatchRules.ForProducers, 0, decoder, out _);
        BatchFault large = RecordBatchValidator.CheckDeep(
            AsBatch(CompressionCodec.Snappy, [0x80, 0x80, 0x80, 0x01, 0x00, 0x61]), BatchRules.ForProducers, 0, decoder, out _);

        Assert.Equal(BatchDefect.DecompressionBudgetExceeded, huge.Defect);
        Assert.Equal(BatchDefect.CorruptCompression, large.Defect);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_megabyte_of_equal_records_as_load_generators_send_it_passes(CompressionCodec codec)
    {
        using RecordBatchBuilder builder = new() { Codec = codec, MaxSizeBytes = MiB };
        using RecordBatchDecoder decoder = new();
        while (builder.TryAppend(1, null, new byte[1000]))
        {
        }

        byte[] batch = builder.Build().ToArray();

        Assert.InRange(batch.Length, 1, MiB / 10);
        Assert.True(RecordBatchValidator.CheckDeep(batch, BatchRules.ForProducers, 1, decoder, out _).IsNone);
    }

    private static byte[] ManyRecords(RecordBatchBuilder builder, Prng prng)
    {
        byte[] value = new byte[40];
        for (int i = 0; i < 60; i++)
        {
            prng.NextBytes(value.AsSpan(0, 8));
            builder.Append(1_700_000_000_000 + i, "key"u8, i % 7 == 0 ? null : value, i % 5 == 0 ? [new RecordHeader("trace", value)] : []);
        }

        return builder.Build().ToArray();
    }

    private static byte[] Mutate(byte[] valid, Prng prng)
    {
        byte[] mutated = [.. valid];
        switch (prng.NextInt32(4))
        {
            case 0:
                mutated = mutated[..prng.NextInt32(mutated.Length)];
                break;
            case 1:
                int from = prng.NextInt32(mutated.Length);
                prng.NextBytes(mutated.AsSpan(from, Math.Min(prng.NextInt32(9), mutated.Length - from)));
                break;
            case 2:
                byte edge = prng.Pick<byte>([0x00, 0x01, 0x7F, 0x80, 0xFF]);
                mutated[prng.NextInt32(mutated.Length)] = edge;
                break;
            default:
                for (int flips = prng.NextInt32(3); flips >= 0; flips--)
                {
                    mutated[prng.NextInt32(mutated.Length)] ^= (byte)(1 << prng.NextInt32(8));
                }

                break;
        }

        // An attacker computes checksums too.
        if (mutated.Length >= RecordBatchLayout.HeaderSizeBytes && prng.NextBool(0.8))
        {
            BatchBytes.FixChecksum(mutated);
        }

        return mutated;
    }

    private static void Examine(byte[] bytes, RecordBatchDecoder decoder, HashSet<BatchDefect> seen)
    {
        foreach (BatchRules rules in (ReadOnlySpan<BatchRules>)[BatchRules.ForProducers, BatchRules.ForStoredBatches])
        {
            BatchFault fault = RecordBatchValidator.CheckDeep(bytes, rules, 1_700_000_000_000, decoder, out RecordBatchView batch);
            seen.Add(fault.Defect);
            Assert.True(Enum.IsDefined(fault.Defect));
            if (fault.IsNone)
            {
                decoder.Open(batch, out RecordReader reader);
                while (reader.TryRead(out _))
                {
                }

                Assert.Equal(batch.RecordCount, reader.RecordsRead);
            }
        }
    }

    private static byte[] AsBatch(CompressionCodec codec, byte[] compressed)
    {
        byte[] batch = BatchBytes.WithRecords(GoldenBatch.Bytes(), compressed, count: 1);
        return BatchBytes.WithAttributes(batch, (BatchAttributes)codec);
    }

    // One frame with a window of 128 KiB whose blocks say "a zero, 131,072 times" in four bytes each: 10 GiB from 320 KB.
    private static byte[] ZstdBomb(int blocks)
    {
        List<byte> frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 7 << 3];
        for (int i = 0; i < blocks; i++)
        {
            int header = (i == blocks - 1 ? 1 : 0) | (1 << 1) | (131_072 << 3);
            frame.AddRange([(byte)header, (byte)(header >> 8), (byte)(header >> 16), 0]);
        }

        return [.. frame];
    }

    private readonly struct EvenOffsets : IRecordFilter
    {
        public bool Keeps(scoped RecordView record) => record.OffsetDelta % 2 == 0;
    }
}
