using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Records.Compression;

namespace Duramen.Records.Batches;

/// <summary>
/// Says the first thing that is wrong with a batch. Total: it raises nothing and reads nothing outside the bytes, whatever they are.
/// The order is that of Kafka's broker, so that a batch with several defects gets the answer a client knows.
/// </summary>
public static class RecordBatchValidator
{
    private const long NoTimestamp = -1;

    /// <summary>Checks the header and the checksum. The records are not decompressed or looked at.</summary>
    /// <param name="bytes">The batch, and whatever follows it.</param>
    /// <param name="rules">What the log demands.</param>
    /// <param name="nowMs">The time now, in milliseconds since 1970.</param>
    /// <param name="batch">The batch, good when there is no fault.</param>
    /// <param name="verified">What was verified of these bytes before; the checksum of a batch that it is of is not computed again.</param>
    public static BatchFault CheckShallow(ReadOnlySpan<byte> bytes, BatchRules rules, long nowMs, out RecordBatchView batch, VerifiedBatch verified = default)
    {
        ArgumentNullException.ThrowIfNull(rules);
        BatchFault fault = CheckFrame(bytes, rules);
        if (!fault.IsNone || !RecordBatchView.TryRead(bytes, out batch))
        {
            batch = default;
            return fault;
        }

        if (!verified.IsOf(batch))
        {
            uint computed = Crc32C.Compute(batch.Bytes[RecordBatchLayout.Attributes..]);
            if (computed != batch.Checksum)
            {
                return At(BatchDefect.ChecksumMismatch, RecordBatchLayout.Crc, computed, batch.Checksum);
            }
        }

        fault = CheckCounts(batch, rules);
        if (!fault.IsNone)
        {
            return fault;
        }

        fault = CheckFlags(batch, rules);
        return fault.IsNone && rules.IsFromProducer
            ? CheckTimestamp(batch.MaxTimestampMs, rules, nowMs, RecordBatchLayout.MaxTimestamp, recordIndex: -1)
            : fault;
    }

    /// <summary>Checks everything: the header, the checksum, and each record, decompressed where needed.</summary>
    /// <param name="bytes">The batch, and whatever follows it.</param>
    /// <param name="rules">What the log demands.</param>
    /// <param name="nowMs">The time now, in milliseconds since 1970.</param>
    /// <param name="decoder">What decompresses; its memory may be used until its next call, for instance to read the records again.</param>
    /// <param name="batch">The batch, good when there is no fault.</param>
    public static BatchFault CheckDeep(
        ReadOnlySpan<byte> bytes, BatchRules rules, long nowMs, RecordBatchDecoder decoder, out RecordBatchView batch) =>
        CheckDeep(bytes, rules, nowMs, decoder, recordFaults: null, out batch, out _);

    /// <summary>As above, and says of every record what is wrong with it, as long as the records decode.</summary>
    /// <param name="bytes">The batch, and whatever follows it.</param>
    /// <param name="rules">What the log demands.</param>
    /// <param name="nowMs">The time now, in milliseconds since 1970.</param>
    /// <param name="decoder">As above.</param>
    /// <param name="recordFaults">
    /// Where the fault of each bad record goes, in their order, for <see cref="RecordLimits.MaxNamedRecords"/> at most; nothing is added where the fault lies in the batch. Null for none.
    /// </param>
    /// <param name="batch">The batch, good when there is no fault.</param>
    /// <param name="verified">That the checksum is right, for a log that would verify it again; of no batch when there is a fault that comes before it.</param>
    /// <returns>The fault that is the batch's: of its records the first, or the first with a timestamp out of range, as Kafka has it.</returns>
    public static BatchFault CheckDeep(
        ReadOnlySpan<byte> bytes,
        BatchRules rules,
        long nowMs,
        RecordBatchDecoder decoder,
        List<BatchFault>? recordFaults,
        out RecordBatchView batch,
        out VerifiedBatch verified)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        verified = default;
        BatchFault fault = CheckShallow(bytes, rules, nowMs, out batch);
        if (!fault.IsNone)
        {
            return fault;
        }

        verified = VerifiedBatch.Of(batch);
        fault = decoder.Open(batch, rules.Decompression, out RecordReader reader);
        return fault.IsNone ? CheckRecords(batch, reader, rules, nowMs, recordFaults) : fault;
    }

    private static BatchFault CheckFrame(ReadOnlySpan<byte> bytes, BatchRules rules)
    {
        if (bytes.Length < RecordBatchLayout.HeaderSizeBytes)
        {
            return At(BatchDefect.TooShort, 0, bytes.Length, RecordBatchLayout.HeaderSizeBytes);
        }

        byte magic = bytes[RecordBatchLayout.Magic];
        if (magic != RecordBatchLayout.CurrentMagic)
        {
            return At(BatchDefect.BadMagic, RecordBatchLayout.Magic, magic, RecordBatchLayout.CurrentMagic);
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchLayout.BatchLength..]);
        if (length < RecordBatchLayout.MinBatchLength)
        {
            return At(BatchDefect.BadLength, RecordBatchLayout.BatchLength, length, RecordBatchLayout.MinBatchLength);
        }

        long sizeBytes = (long)length + RecordBatchLayout.LengthPrefixSizeBytes;
        if (sizeBytes > rules.MaxSizeBytes)
        {
            return At(BatchDefect.TooLarge, RecordBatchLayout.BatchLength, sizeBytes, rules.MaxSizeBytes);
        }

        if (sizeBytes > bytes.Length)
        {
            return At(BatchDefect.TooShort, RecordBatchLayout.BatchLength, bytes.Length, sizeBytes);
        }

        return sizeBytes < bytes.Length && !rules.AllowsTrailingBytes
            ? At(BatchDefect.TrailingBytes, (int)sizeBytes, bytes.Length - sizeBytes)
            : BatchFault.None;
    }

    private static BatchFault CheckCounts(RecordBatchView batch, BatchRules rules)
    {
        int count = batch.RecordCount;
        int lastOffsetDelta = batch.LastOffsetDelta;
        if (count < 0 || (count == 0 && !rules.HasOffsets))
        {
            return At(BatchDefect.NonPositiveCount, RecordBatchLayout.RecordCount, count);
        }

        int storedBytes = batch.RecordsBytes.Length;
        int mostRecords = (batch.Codec == CompressionCodec.None ? storedBytes : rules.Decompression.BudgetFor(storedBytes)) / RecordLimits.MinRecordSizeBytes;
        if (count > mostRecords)
        {
            return At(BatchDefect.TooManyRecords, RecordBatchLayout.RecordCount, count, mostRecords);
        }

        bool isDeltaRight = rules.HasOffsets ? lastOffsetDelta >= Math.Max(count - 1, 0) : lastOffsetDelta == count - 1;
        if (!isDeltaRight)
        {
            return At(BatchDefect.OffsetDeltaMismatch, RecordBatchLayout.LastOffsetDelta, lastOffsetDelta, count - 1);
        }

        // Offsets that are yet to be given are the log's business; those of a stored batch must exist.
        return rules.HasOffsets && (batch.BaseOffset.Value < 0 || batch.BaseOffset.Value > long.MaxValue - lastOffsetDelta - 1)
            ? At(BatchDefect.OffsetDeltaMismatch, RecordBatchLayout.BaseOffset, batch.BaseOffset.Value)
            : BatchFault.None;
    }

    private static BatchFault CheckFlags(RecordBatchView batch, BatchRules rules)
    {
        const int Position = RecordBatchLayout.Attributes;
        if ((int)batch.Codec > (int)CompressionCodec.Zstd)
        {
            return At(BatchDefect.UnknownCodec, Position, (int)batch.Codec);
        }

        if (rules.IsFromProducer)
        {
            if (batch.IsControl)
            {
                return At(BatchDefect.ControlBatchFromClient, Position);
            }

            if (batch.HasDeleteHorizon)
            {
                return At(BatchDefect.DeleteHorizonFromClient, Position);
            }

            if (batch.IsLogAppendTime)
            {
                return At(BatchDefect.LogAppendTimeFromClient, Position);
            }
        }

        if (batch.IsControl)
        {
            return BatchFault.None;
        }

        if (!batch.ProducerId.IsSome)
        {
            return batch.IsTransactional ? At(BatchDefect.ProducerMissing, RecordBatchLayout.ProducerId) : BatchFault.None;
        }

        if (batch.ProducerEpoch < 0)
        {
            return At(BatchDefect.SequenceMissing, RecordBatchLayout.ProducerEpoch, batch.ProducerEpoch);
        }

        return batch.BaseSequence < 0 ? At(BatchDefect.SequenceMissing, RecordBatchLayout.BaseSequence, batch.BaseSequence) : BatchFault.None;
    }

    private static BatchFault CheckRecords(RecordBatchView batch, RecordReader reader, BatchRules rules, long nowMs, List<BatchFault>? recordFaults)
    {
        long maxTimestampMs = NoTimestamp;
        int position = 0;
        BatchFault first = BatchFault.None;
        while (reader.TryRead(out RecordView record))
        {
            int index = reader.RecordsRead - 1;
            BatchFault fault = CheckRecord(batch, record, rules, nowMs, position, index);
            if (!fault.IsNone)
            {
                if (recordFaults is null)
                {
                    return fault;
                }

                if (recordFaults.Count < RecordLimits.MaxNamedRecords)
                {
                    recordFaults.Add(fault);
                }

                bool isAhead = fault.Defect == BatchDefect.TimestampOutOfRange && first.Defect != BatchDefect.TimestampOutOfRange;
                first = first.IsNone || isAhead ? fault : first;
            }

            maxTimestampMs = Math.Max(maxTimestampMs, record.TimestampMs);
            position = reader.PositionBytes;
        }

        if (!reader.Fault.IsNone)
        {
            recordFaults?.Clear();
            return reader.Fault;
        }

        if (!first.IsNone)
        {
            return first;
        }

        return rules.RequiresExactMaxTimestamp && batch.RecordCount > 0 && maxTimestampMs != batch.MaxTimestampMs
            ? At(BatchDefect.MaxTimestampMismatch, RecordBatchLayout.MaxTimestamp, batch.MaxTimestampMs, maxTimestampMs)
            : BatchFault.None;
    }

    private static BatchFault CheckRecord(RecordBatchView batch, RecordView record, BatchRules rules, long nowMs, int position, int index)
    {
        if (record.Headers.Count > rules.MaxHeadersPerRecord)
        {
            return new BatchFault(BatchDefect.TooManyHeaders, position, index, record.Headers.Count, rules.MaxHeadersPerRecord);
        }

        if (batch.IsControl)
        {
            return ControlRecord.TryParse(record.Key, record.Value, out _)
                ? BatchFault.None
                : new BatchFault(BatchDefect.ControlRecordMalformed, position, index);
        }

        if (rules.RequiresKeys && record.Key.IsNull)
        {
            return new BatchFault(BatchDefect.NullKey, position, index);
        }

        if (!rules.IsFromProducer)
        {
            return BatchFault.None;
        }

        return record.OffsetDelta != index
            ? new BatchFault(BatchDefect.OffsetDeltaMismatch, position, index, record.OffsetDelta, index)
            : CheckTimestamp(record.TimestampMs, rules, nowMs, position, index);
    }

    private static BatchFault CheckTimestamp(long timestampMs, BatchRules rules, long nowMs, int position, int recordIndex)
    {
        // -1 says that the producer gave no time, which Kafka accepts; other negative numbers are no times.
        if (timestampMs == NoTimestamp)
        {
            return BatchFault.None;
        }

        long earliestMs = Math.Max(0, rules.MaxTimestampAgeMs >= nowMs ? 0 : nowMs - rules.MaxTimestampAgeMs);
        long latestMs = rules.MaxTimestampAheadMs > long.MaxValue - nowMs ? long.MaxValue : nowMs + rules.MaxTimestampAheadMs;
        if (timestampMs < earliestMs)
        {
            return new BatchFault(BatchDefect.TimestampOutOfRange, position, recordIndex, timestampMs, earliestMs);
        }

        return timestampMs > latestMs
            ? new BatchFault(BatchDefect.TimestampOutOfRange, position, recordIndex, timestampMs, latestMs)
            : BatchFault.None;
    }

    private static BatchFault At(BatchDefect defect, int position, long found = 0, long expected = 0) =>
        new(defect, position, Found: found, Expected: expected);
}
