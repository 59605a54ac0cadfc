using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Log.Batches;

/// <summary>
/// What one pass over back-to-back batches tells a log before it takes them: that each is whole and what it was when it was made, and how many
/// offsets they need. The check is shallow: it looks at headers and checksums, never inside the records, and allocates nothing.
/// </summary>
/// <param name="BatchCount">The number of batches.</param>
/// <param name="RecordCount">The number of records, and so of offsets, in all of them.</param>
/// <param name="MaxTimestampMs">The largest of the batches' largest timestamps, as their headers state it, in milliseconds since 1970.</param>
public readonly record struct BatchRun(int BatchCount, long RecordCount, long MaxTimestampMs)
{
    /// <summary>Whether <paramref name="batches"/> are one or more whole, valid batches and nothing else; if not, what is wrong first.</summary>
    public static bool TryCheck(ReadOnlySpan<byte> batches, out BatchRun run, out RunDefect defect)
    {
        run = default;
        int batchCount = 0;
        long recordCount = 0;
        long maxTimestampMs = long.MinValue;
        int position = 0;
        do
        {
            RunDefectKind kind = Check(batches[position..], out RecordBatchView batch);
            if (kind != RunDefectKind.None)
            {
                // Only an input without any byte is empty; a run that ends inside a header is cut.
                defect = new RunDefect(batches.IsEmpty ? RunDefectKind.Empty : kind, position);
                return false;
            }

            batchCount++;
            recordCount += batch.RecordCount;
            maxTimestampMs = Math.Max(maxTimestampMs, batch.MaxTimestampMs);
            position += batch.SizeBytes;
        }
        while (position < batches.Length);

        run = new BatchRun(batchCount, recordCount, maxTimestampMs);
        defect = default;
        return true;
    }

    /// <summary>Sets the base offset and leader epoch of every batch of a run that <see cref="TryCheck"/> accepted.</summary>
    /// <returns>The offset after the last record.</returns>
    public static Offset Stamp(Span<byte> batches, Offset baseOffset, LeaderEpoch epoch)
    {
        Offset next = baseOffset;
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            RecordBatchPatch.SetBaseOffset(batches, next);
            RecordBatchPatch.SetLeaderEpoch(batches, epoch);
            next = batch.NextOffset;
            batches = batches[batch.SizeBytes..];
        }

        return next;
    }

    /// <summary>Checks the batch at the start of <paramref name="bytes"/>, which may go on after it.</summary>
    private static RunDefectKind Check(ReadOnlySpan<byte> bytes, out RecordBatchView batch)
    {
        if (!RecordBatchView.TryRead(bytes, out batch))
        {
            return WhyUnreadable(bytes);
        }

        // Cheap fields first: a checksum costs a pass over the bytes.
        if (batch.RecordCount < 1)
        {
            return RunDefectKind.RecordCount;
        }

        if (batch.LastOffsetDelta != batch.RecordCount - 1)
        {
            return RunDefectKind.LastOffsetDelta;
        }

        return batch.IsChecksumValid ? RunDefectKind.None : RunDefectKind.Checksum;
    }

    private static RunDefectKind WhyUnreadable(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < RecordBatchLayout.HeaderSizeBytes)
        {
            return RunDefectKind.Cut;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchLayout.BatchLength..]);
        return length < RecordBatchLayout.MinBatchLength || length > bytes.Length - RecordBatchLayout.LengthPrefixSizeBytes
            ? RunDefectKind.Length
            : RunDefectKind.Magic;
    }
}
