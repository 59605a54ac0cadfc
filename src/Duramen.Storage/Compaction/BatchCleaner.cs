using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Storage.Compaction;

/// <summary>
/// Decides which records of a batch stay, and writes the batch again where some go. A record goes when
/// <list type="bullet">
/// <item>the map has a later record of its key, or</item>
/// <item>it is a tombstone and the delete horizon of its batch has passed, or</item>
/// <item>its whole batch is below the start of the log.</item>
/// </list>
/// Everything else stays: records at or after the offset that the map covers, records without a key, and batches that are not
/// plain data (see <see cref="IsPlain"/>) or cannot be decoded. One owner, one thread.
/// </summary>
internal sealed class BatchCleaner(BatchKeys keys, KeyOffsetMap map, CompactionClock clock) : IDisposable
{
    private readonly RecordBatchRewriter _rewriter = new();

    /// <summary>The start of the log: batches that end below it are not readable any more.</summary>
    public Offset Start { get; set; }

    /// <summary>The offset up to which the map knows the last record of every key.</summary>
    public Offset CoveredTo { get; set; }

    /// <summary>Batches that were kept because their records cannot be decoded.</summary>
    public long UndecodableBatches { get; private set; }

    /// <summary>
    /// Whether a batch takes part in compaction. Control batches and the data of transactions do not, in either direction: whether a
    /// transaction was committed, and so whether its records count, is written further on in the log. This is the place to ask once the
    /// outcome of transactions is known here: aborted data may go, committed data is plain, and a marker may go when none of its
    /// transaction's data is left.
    /// </summary>
    public static bool IsPlain(RecordBatchView batch) => !batch.IsControl && !batch.IsTransactional;

    /// <summary>Cleans one batch; <paramref name="rewritten"/> is good until the next call.</summary>
    public BatchFate Clean(RecordBatchView batch, out Memory<byte> rewritten)
    {
        rewritten = default;
        if (batch.NextOffset <= Start)
        {
            return BatchFate.Dropped;
        }

        if (!IsPlain(batch) || batch.BaseOffset >= CoveredTo)
        {
            return BatchFate.Kept;
        }

        if (!keys.TryRead(batch))
        {
            UndecodableBatches++;
            return BatchFate.Kept;
        }

        Decide(batch, out int kept, out bool hasTombstone);
        if (kept == 0)
        {
            return BatchFate.Dropped;
        }

        bool isHorizonDue = hasTombstone && !batch.HasDeleteHorizon && batch.NextOffset <= CoveredTo;
        if (kept == keys.Entries.Length && !isHorizonDue)
        {
            return BatchFate.Kept;
        }

        BatchKeys.KeptEntries filter = keys.Kept();
        RewriteOutcome outcome = _rewriter.Rewrite(batch, ref filter, isHorizonDue ? clock.NewHorizonMs : null, out rewritten, out _);

        // Faulty is what does not fit a batch when its records are written with other timestamp deltas: it loses nothing by staying.
        return outcome == RewriteOutcome.Rewritten ? BatchFate.Rewritten : BatchFate.Kept;
    }

    public void Dispose() => _rewriter.Dispose();

    private void Decide(RecordBatchView batch, out int kept, out bool hasTombstone)
    {
        bool isHorizonPast = batch.HasDeleteHorizon && clock.NowMs >= batch.BaseTimestampMs;
        kept = 0;
        hasTombstone = false;
        foreach (ref BatchKeys.Entry entry in keys.Entries)
        {
            if (entry.HasKey && entry.Offset < CoveredTo)
            {
                entry.IsKept = map.Find(entry.First, entry.Second) <= entry.Offset.Value && !(entry.IsTombstone && isHorizonPast);
            }

            if (entry.IsKept)
            {
                kept++;
                hasTombstone |= entry.HasKey && entry.IsTombstone;
            }
        }
    }
}
