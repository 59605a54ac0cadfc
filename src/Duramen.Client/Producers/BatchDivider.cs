using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Records.Batches;

namespace Duramen.Client.Producers;

/// <summary>Makes two batches of one that is too large for its topic.</summary>
internal static class BatchDivider
{
    /// <summary>Divides a batch of two records or more, which was built, into halves of about the same size that are built and follow each other.</summary>
    public static (ProduceBatch First, ProduceBatch Second) Divide(ProduceBatch batch, BatchBuilders builders)
    {
        Invariant.Holds(RecordBatchView.TryRead(batch.Bytes.Span, out RecordBatchView view));
        using var decoder = new RecordBatchDecoder();
        Invariant.Holds(decoder.Open(view, out RecordReader records).IsNone);
        RecordBatchBuilder first = Take(batch, builders);
        RecordBatchBuilder second = Take(batch, builders);
        int halfBytes = batch.Builder.SizeBytes / 2;
        while (records.TryRead(out RecordView record))
        {
            bool isLast = records.RecordsRead == batch.RecordCount;
            RecordBatchBuilder half = first.Count == 0 || (first.SizeBytes < halfBytes && second.Count == 0 && !isLast) ? first : second;
            half.Append(record.TimestampMs, record.Key, record.Value, HeadersOf(record));
        }

        return (Make(batch, first, batch.BaseSequence, batch.Order), Make(batch, second, Follow(batch.BaseSequence, first.Count), batch.Order + 1));
    }

    /// <summary>The sequence number after so many records; those of producers without numbers have none. They begin again at 0 after the largest.</summary>
    public static int Follow(int sequence, int count) =>
        sequence < 0 ? sequence
        : sequence > int.MaxValue - count ? count - (int.MaxValue - sequence) - 1
        : sequence + count;

    private static RecordBatchBuilder Take(ProduceBatch batch, BatchBuilders builders)
    {
        RecordBatchBuilder builder = builders.Take();
        builder.MaxSizeBytes = batch.Builder.MaxSizeBytes;
        builder.Codec = batch.Builder.Codec;
        return builder;
    }

    private static ProduceBatch Make(ProduceBatch whole, RecordBatchBuilder builder, int baseSequence, long order)
    {
        builder.SetProducer(whole.Builder.ProducerId, whole.Builder.ProducerEpoch, baseSequence);
        return new ProduceBatch(whole.Queue, builder, whole.CreatedMs)
        {
            Whole = whole,
            Bytes = builder.Build(),
            RecordCount = builder.Count,
            BaseSequence = baseSequence,
            Order = order,
            HasUnwatched = whole.HasUnwatched,
        };
    }

    private static RecordHeader[] HeadersOf(RecordView record)
    {
        var headers = new RecordHeader[record.Headers.Count];
        int index = 0;
        foreach (RecordHeaderView header in record.Headers)
        {
            headers[index++] = new(header.GetKey(), header.Value.IsNull ? default(ReadOnlyMemory<byte>?) : header.Value.Span.ToArray());
        }

        return headers;
    }
}
