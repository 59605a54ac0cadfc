using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Log.Timestamps;

/// <summary>
/// Finds the first record of a batch at or after a moment. The header's largest timestamp is believed: a batch that states an earlier one is not
/// decoded. The records are not: whatever bytes they are, the answer is a match, none, or why they cannot be decoded.
/// </summary>
public static class RecordTimestamps
{
    /// <summary>Searches a whole batch whose checksum was verified; records below <paramref name="start"/> do not count.</summary>
    /// <param name="batch">The batch, compressed or not.</param>
    /// <param name="start">The first offset that counts.</param>
    /// <param name="timestampMs">The moment, in milliseconds since 1970.</param>
    /// <param name="decoder">What decompresses the records where they are compressed.</param>
    /// <param name="match">The record; null when every one is earlier, does not count, or stands behind what cannot be decoded.</param>
    /// <returns>What cannot be decoded, if something before a match cannot.</returns>
    public static BatchFault Search(
        scoped in RecordBatchView batch, Offset start, long timestampMs, RecordBatchDecoder decoder, out TimestampMatch? match)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        match = null;
        if (batch.MaxTimestampMs < timestampMs || batch.NextOffset <= start)
        {
            return BatchFault.None;
        }

        BatchFault fault = decoder.Open(batch, out RecordReader reader);
        if (!fault.IsNone)
        {
            return fault;
        }

        while (reader.TryRead(out RecordView record))
        {
            if (record.TimestampMs >= timestampMs && record.Offset >= start)
            {
                match = new TimestampMatch(record.Offset, record.TimestampMs);
                return BatchFault.None;
            }
        }

        return reader.Fault;
    }
}
