using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Log.Producers;

/// <summary>The batches of one append whose sequence numbers are to be checked: consecutive batches of one producer.</summary>
/// <param name="Producer">The producer, or <see cref="ProducerId.None"/>: then there is nothing to check.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="FirstSequence">The sequence number of the first record, or -1 when the one batch has none.</param>
/// <param name="RecordCount">The records of all batches.</param>
/// <param name="BatchCount">The batches, at most <see cref="ProducerLimits.RememberedBatches"/>.</param>
public readonly record struct ProducerRun(ProducerId Producer, short Epoch, int FirstSequence, long RecordCount, int BatchCount)
{
    /// <summary>The sequence number after the last record.</summary>
    public int NextSequence => SequenceRange.Advance(FirstSequence, RecordCount);

    /// <summary>
    /// Reads the headers of valid batches. False when they cannot be checked as one: a producer's batches among others, batches that do not follow each
    /// other, or more of them than would be recognised when they come again.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> batches, out ProducerRun run)
    {
        run = default;
        RecordBatchView.TryRead(batches, out RecordBatchView batch);
        bool isProducers = ProducerBatch.TryRead(batch, out ProducerBatch first);
        run = isProducers
            ? new ProducerRun(first.Producer, first.Epoch, first.Place.First, first.Place.Count, 1)
            : new ProducerRun(ProducerId.None, -1, -1, 0, 0);
        batches = batches[batch.SizeBytes..];
        while (RecordBatchView.TryRead(batches, out batch))
        {
            if (ProducerBatch.TryRead(batch, out ProducerBatch next) != isProducers || (isProducers && !run.IsFollowedBy(next)))
            {
                return false;
            }

            run = run with { RecordCount = run.RecordCount + next.Place.Count, BatchCount = run.BatchCount + 1 };
            batches = batches[batch.SizeBytes..];
        }

        return true;
    }

    private bool IsFollowedBy(in ProducerBatch next) =>
        next.Producer == Producer
        && next.Epoch == Epoch
        && FirstSequence >= 0
        && next.Place.First == NextSequence
        && BatchCount < ProducerLimits.RememberedBatches;
}
