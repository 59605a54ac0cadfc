using Duramen.Core.Ids;

namespace Duramen.Log.Producers;

/// <summary>
/// The producers of a log whose newest batches may be taken back: the ledger of what is settled for ever, and the batches of producers after it. A ledger
/// alone could not go back, since it forgets a sixth batch and the batches of an older epoch. Not safe for several threads.
/// </summary>
public sealed class ProducerHistory
{
    private readonly ProducerLedger _settled;
    private readonly Queue<RecentBatch> _recent;

    /// <summary>Begins with no producer.</summary>
    public ProducerHistory()
        : this(new ProducerLedger(), [])
    {
    }

    /// <summary>Goes on from what was written down.</summary>
    /// <param name="settled">The ledger; it belongs to the history from here on.</param>
    /// <param name="recent">The batches after it, in the order of their offsets.</param>
    public ProducerHistory(ProducerLedger settled, IEnumerable<RecentBatch> recent)
    {
        _settled = settled;
        _recent = new Queue<RecentBatch>(recent);
    }

    /// <summary>Whether it knows of no producer at all.</summary>
    public bool IsEmpty => _settled.Count == 0 && _recent.Count == 0;

    /// <summary>The producers as of what is settled. To be read only.</summary>
    public ProducerLedger Settled => _settled;

    /// <summary>The batches after that, in the order of their offsets.</summary>
    public IReadOnlyCollection<RecentBatch> Recent => _recent;

    /// <summary>Takes in the next batch of the log that a producer sent.</summary>
    /// <param name="batch">The batch, with its offsets.</param>
    /// <param name="nowMs">As for <see cref="ProducerLedger.Fold"/>.</param>
    public void Add(in ProducerBatch batch, long nowMs) => _recent.Enqueue(new RecentBatch(batch, nowMs));

    /// <summary>Settles all batches that end at or before an offset: they are never truncated. One comparison when there are none.</summary>
    public void Settle(Offset committed)
    {
        while (_recent.TryPeek(out RecentBatch next) && next.Batch.Place.NextOffset <= committed)
        {
            _settled.Fold(next.Batch, next.AppendedMs);
            _recent.Dequeue();
        }
    }

    /// <summary>Takes back every batch at or after an offset; what is settled stays.</summary>
    public void Truncate(Offset newEnd) => Keep(recent => recent.Batch.Place.BaseOffset < newEnd);

    /// <summary>Forgets producers.</summary>
    public void Forget(IReadOnlySet<ProducerId> producers)
    {
        foreach (ProducerId producer in producers)
        {
            _settled.Remove(producer);
        }

        Keep(recent => !producers.Contains(recent.Batch.Producer));
    }

    /// <summary>The ledger as of an offset, at or after what is settled.</summary>
    public ProducerLedger ToLedger(Offset end)
    {
        ProducerLedger ledger = _settled.Copy();
        foreach (RecentBatch recent in _recent)
        {
            if (recent.Batch.Place.BaseOffset < end)
            {
                ledger.Fold(recent.Batch, recent.AppendedMs);
            }
        }

        return ledger;
    }

    /// <summary>A history of its own that knows the same.</summary>
    public ProducerHistory Copy() => new(_settled.Copy(), _recent);

    private void Keep(Func<RecentBatch, bool> isKept)
    {
        for (int left = _recent.Count; left > 0; left--)
        {
            RecentBatch recent = _recent.Dequeue();
            if (isKept(recent))
            {
                _recent.Enqueue(recent);
            }
        }
    }
}
