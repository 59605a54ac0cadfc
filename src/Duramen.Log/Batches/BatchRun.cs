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
    /// <summary>
    /// Whether <paramref name="batches"/> are one or more whole, valid batches and nothing else (<see cref="BatchRules.ForAppends"/>); if not,
    /// what is wrong first, with its position in bytes from the start of the run.
    /// </summary>
    /// <param name="batches">The bytes.</param>
    /// <param name="run">What the pass told.</param>
    /// <param name="fault">What is wrong first.</param>
    /// <param name="verified">The one batch among them whose checksum need not be computed.</param>
    public static bool TryCheck(ReadOnlySpan<byte> batches, out BatchRun run, out BatchFault fault, VerifiedBatch verified = default)
    {
        run = default;
        int batchCount = 0;
        long recordCount = 0;
        long maxTimestampMs = long.MinValue;
        int position = 0;
        do
        {
            fault = RecordBatchValidator.CheckShallow(batches[position..], BatchRules.ForAppends, nowMs: 0, out RecordBatchView batch, verified);
            if (!fault.IsNone)
            {
                fault = fault with { PositionBytes = position + fault.PositionBytes };
                return false;
            }

            batchCount++;
            recordCount += batch.RecordCount;
            maxTimestampMs = Math.Max(maxTimestampMs, batch.MaxTimestampMs);
            position += batch.SizeBytes;
        }
        while (position < batches.Length);

        run = new BatchRun(batchCount, recordCount, maxTimestampMs);
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
}
