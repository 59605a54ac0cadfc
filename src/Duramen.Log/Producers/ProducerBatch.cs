using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Log.Producers;

/// <summary>What the header of one batch says of its producer.</summary>
/// <param name="Producer">The idempotent producer.</param>
/// <param name="Epoch">Its epoch, from 0.</param>
/// <param name="Place">Sequence numbers and offsets of the batch.</param>
public readonly record struct ProducerBatch(ProducerId Producer, short Epoch, SequenceRange Place)
{
    /// <summary>Whether the batch has sequence numbers; the markers that end transactions have none and tell an epoch only.</summary>
    public bool HasSequence => Place.First >= 0;

    /// <summary>Reads the header; false, after one comparison, when no idempotent producer sent the batch.</summary>
    public static bool TryRead(in RecordBatchView batch, out ProducerBatch read)
    {
        ProducerId producer = batch.ProducerId;
        if (!producer.IsSome || batch.ProducerEpoch < 0)
        {
            read = default;
            return false;
        }

        read = new ProducerBatch(producer, batch.ProducerEpoch, new SequenceRange(batch.BaseSequence, batch.LastOffsetDelta + 1, batch.BaseOffset));
        return true;
    }
}
