using Duramen.Core.Binary;
using Duramen.Records.Compression;

namespace Duramen.Records.Batches;

/// <summary>
/// Gives the uncompressed records of any batch. Records that are not compressed are handed out where they stand; others are decompressed into
/// memory that the decoder keeps, so what it handed out is good until its next call. One owner, one thread.
/// </summary>
public sealed class RecordBatchDecoder : IDisposable
{
    // One unusually large batch must not pin its memory for as long as the decoder lives.
    private const int MaxKeptBytes = 4 * 1024 * 1024;

    private readonly PooledBuffer _buffer = new();

    /// <summary>Decompresses the records of a batch from a log where needed. The fault says what was wrong with them; their content is not looked at.</summary>
    public BatchFault Decode(RecordBatchView batch, out ReadOnlySpan<byte> records) => Decode(batch, DecompressionLimits.ForStoredBatches, out records);

    /// <summary>As above, within limits.</summary>
    public BatchFault Decode(RecordBatchView batch, DecompressionLimits limits, out ReadOnlySpan<byte> records)
    {
        ArgumentNullException.ThrowIfNull(limits);
        CompressionCodec codec = batch.Codec;
        ReadOnlySpan<byte> stored = batch.RecordsBytes;

        // A batch that compaction emptied has no records to decompress, whatever its codec bits say.
        if (codec == CompressionCodec.None || (stored.IsEmpty && batch.RecordCount == 0))
        {
            records = stored;
            return BatchFault.None;
        }

        if (_buffer.Capacity > MaxKeptBytes)
        {
            _buffer.Release();
        }

        _buffer.Clear();
        int budgetBytes = limits.BudgetFor(stored.Length);
        DecompressionOutcome outcome = RecordCompression.Decompress(codec, stored, _buffer, budgetBytes);
        records = _buffer.WrittenSpan;
        return outcome switch
        {
            DecompressionOutcome.Done => BatchFault.None,
            DecompressionOutcome.BudgetExceeded =>
                new BatchFault(BatchDefect.DecompressionBudgetExceeded, RecordBatchLayout.Records, Found: stored.Length, Expected: budgetBytes),
            DecompressionOutcome.UnknownCodec => new BatchFault(BatchDefect.UnknownCodec, RecordBatchLayout.Attributes, Found: (int)codec),
            DecompressionOutcome.CodecUnavailable => new BatchFault(BatchDefect.CodecUnavailable, RecordBatchLayout.Attributes, Found: (int)codec),
            _ => new BatchFault(BatchDefect.CorruptCompression, RecordBatchLayout.Records, Found: (int)codec),
        };
    }

    /// <summary>Decompresses the records of a batch from a log where needed and starts a walk over them; on a fault the walk has nothing to read.</summary>
    public BatchFault Open(RecordBatchView batch, out RecordReader reader) => Open(batch, DecompressionLimits.ForStoredBatches, out reader);

    /// <summary>As above, within limits.</summary>
    public BatchFault Open(RecordBatchView batch, DecompressionLimits limits, out RecordReader reader)
    {
        BatchFault fault = Decode(batch, limits, out ReadOnlySpan<byte> records);
        reader = fault.IsNone ? new RecordReader(batch, records) : default;
        return fault;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _buffer.Dispose();
}
