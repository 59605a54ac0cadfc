using Duramen.Core.Ids;

namespace Duramen.Log.Producers;

/// <summary>
/// What a log knows of its idempotent producers: a fold over the headers of its batches (KIP-98, KIP-360). It tells a batch that comes again from one
/// that is new, and refuses those that would leave a gap or come from an epoch that is over. Not safe for several threads.
/// </summary>
public sealed class ProducerLedger
{
    private readonly Dictionary<ProducerId, ProducerEntry> _entries = [];
    private readonly int _producersMax;
    private ProducerEntry? _oldest;
    private ProducerEntry? _newest;

    /// <summary>Begins with no producer.</summary>
    /// <param name="producersMax">The producers it remembers at most.</param>
    public ProducerLedger(int producersMax = ProducerLimits.ProducersPerLog) => _producersMax = producersMax;

    /// <summary>How many producers are known.</summary>
    public int Count => _entries.Count;

    /// <summary>The producers in the order of their last batches, oldest first.</summary>
    public IEnumerable<ProducerEntry> Producers
    {
        get
        {
            for (ProducerEntry? entry = _oldest; entry is not null; entry = entry.Newer)
            {
                yield return entry;
            }
        }
    }

    /// <summary>What there is to tell of the producers, in the same order.</summary>
    public IReadOnlyList<KnownProducer> Describe() =>
        [.. Producers.Select(entry => new KnownProducer(entry.Producer, entry.Epoch, entry.LastSequence, entry.LastActiveMs))];

    /// <summary>The producer with an id; null when it is not known, or not known any more.</summary>
    public ProducerEntry? Find(ProducerId producer) => _entries.GetValueOrDefault(producer);

    /// <summary>
    /// Answers an append that must not be appended: it was before, it would leave a gap, or its producer's epoch is over. False when it may be.
    /// <para>
    /// In the current epoch a run must begin where the last batch ended, and in a new one at 0. A producer that is not known, because it is new or was
    /// forgotten, may begin anywhere. A run is a duplicate when it is the same batches as some that are remembered.
    /// </para>
    /// </summary>
    /// <param name="run">The producer's batches.</param>
    /// <param name="end">The end of the log, for the answer.</param>
    /// <param name="answer">Duplicate, gap or fenced.</param>
    public bool TryAnswer(in ProducerRun run, Offset end, out AppendOutcome answer)
    {
        answer = default;
        if (!run.Producer.IsSome || !_entries.TryGetValue(run.Producer, out ProducerEntry? entry))
        {
            return false;
        }

        if (run.Epoch < entry.Epoch)
        {
            answer = Refuse(AppendStatus.ProducerFenced, entry, end);
            return true;
        }

        if (run.FirstSequence < 0)
        {
            return false;
        }

        if (run.Epoch == entry.Epoch && TryFindStored(entry, run, out AppendResult stored))
        {
            answer = new AppendOutcome(AppendStatus.Duplicate, stored, end);
            return true;
        }

        if (run.FirstSequence != (run.Epoch == entry.Epoch ? entry.NextSequence : 0))
        {
            answer = Refuse(AppendStatus.SequenceGap, entry, end);
            return true;
        }

        return false;
    }

    /// <summary>
    /// Takes in a batch of the log, whether it was checked or not. One of an epoch that is over changes nothing: the fence never goes back.
    /// Allocates only for a producer that was not known.
    /// </summary>
    /// <param name="batch">The batch, with its offsets; later than all that were folded before.</param>
    /// <param name="nowMs">The time, in milliseconds since 1970; it decides when the producer is forgotten and nothing else.</param>
    public void Fold(in ProducerBatch batch, long nowMs)
    {
        if (!_entries.TryGetValue(batch.Producer, out ProducerEntry? entry))
        {
            entry = Add(batch.Producer, batch.Epoch);
        }
        else if (batch.Epoch < entry.Epoch)
        {
            return;
        }
        else if (entry != _newest)
        {
            Unlink(entry);
            Link(entry);
        }

        if (batch.Epoch > entry.Epoch)
        {
            entry.Begin(batch.Epoch);
        }

        if (batch.HasSequence)
        {
            entry.Remember(batch.Place);
        }

        entry.Touch(batch.Place.NextOffset, nowMs);
    }

    /// <summary>
    /// The producers that may be forgotten, oldest first: those that have been silent since before a moment, and whose last batch ends at or before an
    /// offset.
    /// </summary>
    public IEnumerable<ProducerId> FindSilent(long sinceBeforeMs, Offset upTo)
    {
        for (ProducerEntry? entry = _oldest; entry is not null && entry.LastActiveMs < sinceBeforeMs && entry.NextOffset <= upTo; entry = entry.Newer)
        {
            yield return entry.Producer;
        }
    }

    /// <summary>Forgets a producer; does nothing when it is not known.</summary>
    public void Remove(ProducerId producer)
    {
        if (_entries.Remove(producer, out ProducerEntry? entry))
        {
            Unlink(entry);
        }
    }

    /// <summary>A ledger of its own that knows the same.</summary>
    public ProducerLedger Copy()
    {
        var copy = new ProducerLedger(_producersMax);
        for (ProducerEntry? entry = _oldest; entry is not null; entry = entry.Newer)
        {
            copy.Restore(entry.Producer, entry.Epoch, entry.NextOffset, entry.LastActiveMs, entry.Remembered);
        }

        return copy;
    }

    /// <summary>Puts back a producer as <see cref="Producers"/> gave it; called in that order, on a ledger that does not know it.</summary>
    public void Restore(ProducerId producer, short epoch, Offset nextOffset, long lastActiveMs, ReadOnlySpan<SequenceRange> remembered)
    {
        ProducerEntry entry = Add(producer, epoch);
        foreach (SequenceRange batch in remembered)
        {
            entry.Remember(batch);
        }

        entry.Touch(nextOffset, lastActiveMs);
    }

    private static bool TryFindStored(ProducerEntry entry, in ProducerRun run, out AppendResult stored)
    {
        ReadOnlySpan<SequenceRange> remembered = entry.Remembered;
        for (int first = 0; first + run.BatchCount <= remembered.Length; first++)
        {
            SequenceRange last = remembered[first + run.BatchCount - 1];
            if (remembered[first].First == run.FirstSequence && last.Next == run.NextSequence)
            {
                stored = new AppendResult(remembered[first].BaseOffset, last.NextOffset, IsDuplicate: true);
                return true;
            }
        }

        stored = default;
        return false;
    }

    private static AppendOutcome Refuse(AppendStatus status, ProducerEntry entry, Offset end) =>
        new(status, default, end, new ProducerPosition(entry.Producer, entry.Epoch, entry.NextSequence));

    private ProducerEntry Add(ProducerId producer, short epoch)
    {
        if (_entries.Count == _producersMax)
        {
            Remove(_oldest!.Producer);
        }

        var entry = new ProducerEntry(producer, epoch);
        _entries.Add(producer, entry);
        Link(entry);
        return entry;
    }

    private void Link(ProducerEntry entry)
    {
        entry.Older = _newest;
        entry.Newer = null;
        if (_newest is null)
        {
            _oldest = entry;
        }
        else
        {
            _newest.Newer = entry;
        }

        _newest = entry;
    }

    private void Unlink(ProducerEntry entry)
    {
        if (entry.Older is null)
        {
            _oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }

        if (entry.Newer is null)
        {
            _newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }
    }
}
