using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Log.Timestamps;

/// <summary>
/// Finds the first record of a batch at or after a moment. The header's largest timestamp is believed: a batch that states an earlier one is not
/// decoded. The records are not: whatever bytes they are, the answer is a match, none, or that they cannot be decoded.
/// </summary>
public static class RecordTimestamps
{
    /// <summary>Searches a whole batch whose checksum was verified; records below <paramref name="start"/> do not count.</summary>
    public static TimestampSearchResult Search(scoped in RecordBatchView batch, Offset start, long timestampMs, out TimestampMatch match)
    {
        match = default;
        if (batch.MaxTimestampMs < timestampMs || batch.NextOffset <= start)
        {
            return TimestampSearchResult.None;
        }

        return TryGetRecords(batch, out ReadOnlySpan<byte> records)
            ? SearchRecords(batch, records, start, timestampMs, out match)
            : TimestampSearchResult.Undecodable;
    }

    /// <summary>The seam for compression: gives the records as they were before they were compressed. Only plain ones are known here.</summary>
    private static bool TryGetRecords(scoped in RecordBatchView batch, out ReadOnlySpan<byte> records)
    {
        records = batch.RecordsBytes;
        return batch.Codec == CompressionCodec.None;
    }

    private static TimestampSearchResult SearchRecords(
        scoped in RecordBatchView batch,
        ReadOnlySpan<byte> records,
        Offset start,
        long timestampMs,
        out TimestampMatch match)
    {
        match = default;
        long previousDelta = -1;
        for (int index = 0; index < batch.RecordCount; index++)
        {
            if (!TryReadRecord(ref records, out long timestampDelta, out long offsetDelta)
                || offsetDelta <= previousDelta
                || offsetDelta > batch.LastOffsetDelta)
            {
                return TimestampSearchResult.Undecodable;
            }

            previousDelta = offsetDelta;
            Offset offset = batch.BaseOffset.Plus(offsetDelta);
            long recordMs = batch.IsLogAppendTime ? batch.MaxTimestampMs : unchecked(batch.BaseTimestampMs + timestampDelta);
            if (recordMs >= timestampMs && offset >= start)
            {
                match = new TimestampMatch(offset, recordMs);
                return TimestampSearchResult.Found;
            }
        }

        return TimestampSearchResult.None;
    }

    /// <summary>Reads the start of a record (length, attributes, timestamp delta, offset delta) and goes to the next one.</summary>
    private static bool TryReadRecord(ref ReadOnlySpan<byte> records, out long timestampDelta, out long offsetDelta)
    {
        timestampDelta = 0;
        offsetDelta = 0;
        if (!TryReadVarint(ref records, out long length) || length < 1 || length > records.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> record = records[1..(int)length];
        records = records[(int)length..];
        return TryReadVarint(ref record, out timestampDelta) && TryReadVarint(ref record, out offsetDelta);
    }

    /// <summary>Reads a zigzag integer of at most 64 bits, seven bits a byte, lowest first.</summary>
    private static bool TryReadVarint(ref ReadOnlySpan<byte> source, out long value)
    {
        const int MaxSizeBytes = 10;
        ulong bits = 0;
        for (int index = 0; index < source.Length && index < MaxSizeBytes; index++)
        {
            bits |= (ulong)(source[index] & 0x7F) << (7 * index);
            if (source[index] < 0x80)
            {
                value = (long)(bits >> 1) ^ -(long)(bits & 1);
                source = source[(index + 1)..];
                return true;
            }
        }

        value = 0;
        return false;
    }
}
