namespace Duramen.Records.Batches;

/// <summary>
/// Writes a batch again with only some of its records, for compaction. What identifies the batch stays: base offset and last offset delta (so that
/// the batch covers the same offsets), leader epoch, producer fields, flags, codec, and each record's offset, time, key, value and headers.
/// One owner, one thread; what it hands out is good until its next call.
/// </summary>
public sealed class RecordBatchRewriter : IDisposable
{
    private readonly RecordBatchDecoder _decoder = new();
    private readonly RecordBatchBuilder _builder = new();

    /// <summary>Rewrites a batch.</summary>
    /// <param name="batch">The batch; its checksum should have been checked.</param>
    /// <param name="filter">Which records stay.</param>
    /// <param name="deleteHorizonMs">
    /// The time from which the batch's tombstones may go, to be stored in place of the base timestamp (milliseconds since 1970); null leaves
    /// the batch with the horizon it has, or none.
    /// </param>
    /// <param name="rewritten">The new batch, or nothing when there is none.</param>
    /// <param name="fault">What was wrong with the batch, when the outcome is <see cref="RewriteOutcome.Faulty"/>.</param>
    public RewriteOutcome Rewrite<TFilter>(
        RecordBatchView batch, ref TFilter filter, long? deleteHorizonMs, out Memory<byte> rewritten, out BatchFault fault)
        where TFilter : IRecordFilter, allows ref struct
    {
        rewritten = default;
        fault = _decoder.Open(batch, out RecordReader reader);
        if (!fault.IsNone)
        {
            return RewriteOutcome.Faulty;
        }

        Prepare(batch, deleteHorizonMs);
        while (reader.TryRead(out RecordView record))
        {
            if (filter.Keeps(record) && !_builder.TryAppendCopy(record))
            {
                fault = new BatchFault(
                    BatchDefect.TooLarge, reader.PositionBytes, reader.RecordsRead - 1, _builder.SizeBytes, _builder.MaxSizeBytes);
                return RewriteOutcome.Faulty;
            }
        }

        if (!reader.Fault.IsNone)
        {
            fault = reader.Fault;
            return RewriteOutcome.Faulty;
        }

        bool hasNewHorizon = deleteHorizonMs is { } horizonMs && !(batch.HasDeleteHorizon && batch.BaseTimestampMs == horizonMs);
        if (_builder.Count == batch.RecordCount && !hasNewHorizon)
        {
            return RewriteOutcome.Unchanged;
        }

        rewritten = _builder.BuildSurvivors(batch);
        return _builder.Count == 0 ? RewriteOutcome.Emptied : RewriteOutcome.Rewritten;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _decoder.Dispose();
        _builder.Dispose();
    }

    private void Prepare(RecordBatchView batch, long? deleteHorizonMs)
    {
        _builder.Codec = batch.Codec;
        _builder.BaseOffset = batch.BaseOffset;
        _builder.LeaderEpoch = batch.LeaderEpoch;
        _builder.SetProducer(batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence);
        _builder.IsTransactional = batch.IsTransactional;
        _builder.LogAppendTimeMs = batch.IsLogAppendTime ? batch.MaxTimestampMs : null;

        // The records' times count from the base timestamp, so the builder must know the horizon before the first record.
        _builder.DeleteHorizonMs = deleteHorizonMs ?? (batch.HasDeleteHorizon ? batch.BaseTimestampMs : null);
        _builder.Reset();
    }
}
