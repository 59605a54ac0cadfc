using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Client.Consumers;

/// <summary>Turns stored batches into records that stand on their own: one copy of the records' bytes for each batch. One owner, one thread.</summary>
internal sealed class BatchOpener : IDisposable
{
    private readonly RecordBatchDecoder _decoder = new();

    /// <summary>Opens a batch.</summary>
    /// <param name="partition">Where it is from.</param>
    /// <param name="view">The batch.</param>
    /// <param name="from">Records below are left out.</param>
    /// <returns>Null when nothing is left of it.</returns>
    /// <exception cref="ClientException"><see cref="ClientErrors.BadResponse"/>: it is damaged.</exception>
    public ConsumedBatch? Open(TopicPartition partition, RecordBatchView view, Offset from)
    {
        if (!view.IsChecksumValid)
        {
            throw Damaged(partition, view, "its checksum is wrong");
        }

        BatchFault fault = _decoder.Decode(view, out ReadOnlySpan<byte> decoded);
        if (!fault.IsNone)
        {
            throw Damaged(partition, view, fault.Message);
        }

        byte[] bytes = decoded.ToArray();
        var batch = new ConsumedBatch(partition, bytes, view.NextOffset);
        var reader = new RecordReader(view, bytes);
        ConsumedRecord[] records = [];
        int count = 0;
        while (reader.TryRead(out RecordView record))
        {
            if (record.Offset < from)
            {
                continue;
            }

            if (count == records.Length)
            {
                // The count in the header is believed as far as the bytes allow it; each record takes several.
                int likely = Math.Min(view.RecordCount - (reader.RecordsRead - 1), bytes.Length / RecordLimits.MinRecordSizeBytes);
                Array.Resize(ref records, Math.Max(likely, count + 1));
            }

            records[count++] = new(batch, record.Offset, record.TimestampMs, Place(bytes, record.Key), Place(bytes, record.Value), Headers(record));
        }

        if (!reader.Fault.IsNone)
        {
            throw Damaged(partition, view, reader.Fault.Message);
        }

        batch.Fill(records, count);
        return count > 0 ? batch : null;
    }

    public void Dispose() => _decoder.Dispose();

    private static (int Start, int Length) Place(byte[] bytes, NullableBytes field)
    {
        if (field.IsNull)
        {
            return (0, -1);
        }

        return field.Length > 0 && bytes.AsSpan().Overlaps(field.Span, out int start) ? (start, field.Length) : (0, 0);
    }

    private static RecordHeader[]? Headers(RecordView record)
    {
        if (record.Headers.Count == 0)
        {
            return null;
        }

        var headers = new RecordHeader[record.Headers.Count];
        int index = 0;
        foreach (RecordHeaderView header in record.Headers)
        {
            headers[index++] = new(header.GetKey(), header.Value.ToArray() is { } value ? value : default(ReadOnlyMemory<byte>?));
        }

        return headers;
    }

    private static ClientException Damaged(TopicPartition partition, RecordBatchView view, string what) => new(
        ClientErrors.BadResponse,
        $"The batch at offset {view.BaseOffset} of {partition} cannot be read: {what}",
        $"Read on from offset {view.NextOffset} to go round it.");
}
