using Duramen.Core.Binary;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Xunit;

namespace Duramen.Foundations.Tests.Batches;

public sealed class RecordBatchRecompressorTests
{
    public static TheoryData<CompressionCodec, CompressionCodec> Pairs
    {
        get
        {
            var pairs = new TheoryData<CompressionCodec, CompressionCodec>();
            foreach (CompressionCodec from in Enum.GetValues<CompressionCodec>())
            {
                foreach (CompressionCodec to in Enum.GetValues<CompressionCodec>())
                {
                    pairs.Add(from, to);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_batch_that_is_compressed_anew_holds_the_same_records_and_is_valid(CompressionCodec from, CompressionCodec to)
    {
        using var builder = new RecordBatchBuilder { Codec = from };
        builder.SetProducer(new(42), 3, 100);
        for (int index = 0; index < 50; index++)
        {
            builder.Append(1000 + index, "key"u8, new byte[index * 7], index % 5 == 0 ? [new RecordHeader("h", new byte[] { 1, 2 })] : []);
        }

        RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView before);
        using var decoder = new RecordBatchDecoder();
        using var output = new PooledBuffer();
        output.Write("in front"u8);

        Assert.True(RecordBatchRecompressor.Recompress(before, to, decoder, output).IsNone);

        BatchFault fault = RecordBatchValidator.CheckDeep(output.WrittenSpan[8..], BatchRules.ForProducers, nowMs: 2000, decoder, out RecordBatchView after);
        Assert.True(fault.IsNone, fault.ToString());
        Assert.Equal(to, after.Codec);
        Assert.Equal(before.ProducerId, after.ProducerId);
        Assert.Equal(before.BaseSequence, after.BaseSequence);
        Assert.Equal(before.MaxTimestampMs, after.MaxTimestampMs);
        using var other = new RecordBatchDecoder();
        other.Decode(before, out ReadOnlySpan<byte> expected);
        decoder.Decode(after, out ReadOnlySpan<byte> actual);
        Assert.True(expected.SequenceEqual(actual));
    }

    [Fact]
    public void A_batch_that_does_not_decompress_is_refused_and_nothing_is_written()
    {
        using var builder = new RecordBatchBuilder { Codec = CompressionCodec.Zstd };
        builder.Append(1, "key"u8, new byte[100]);
        Memory<byte> batch = builder.Build();
        batch.Span[RecordBatchLayout.Records..].Fill(0xEE);
        RecordBatchView.TryRead(batch.Span, out RecordBatchView view);
        using var decoder = new RecordBatchDecoder();
        using var output = new PooledBuffer();
        Assert.Equal(BatchDefect.CorruptCompression, RecordBatchRecompressor.Recompress(view, CompressionCodec.None, decoder, output).Defect);
        Assert.Equal(0, output.Length);
    }
}
