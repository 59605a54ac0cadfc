using System.Runtime.CompilerServices;
using Duramen.Core.Ids;

namespace Duramen.Log.Producers;

/// <summary>What a ledger knows of one producer.</summary>
public sealed class ProducerEntry
{
    private Ring _remembered;
    private int _count;

    internal ProducerEntry(ProducerId producer, short epoch)
    {
        Producer = producer;
        Epoch = epoch;
    }

    /// <summary>The producer.</summary>
    public ProducerId Producer { get; }

    /// <summary>The highest epoch that it was seen with.</summary>
    public short Epoch { get; private set; }

    /// <summary>The offset after its last batch.</summary>
    public Offset NextOffset { get; private set; }

    /// <summary>When its last batch was folded in, in milliseconds since 1970 by the clock of whoever folded.</summary>
    public long LastActiveMs { get; private set; }

    /// <summary>The last batches of the current epoch, oldest first; at most <see cref="ProducerLimits.RememberedBatches"/>.</summary>
    public ReadOnlySpan<SequenceRange> Remembered => ((ReadOnlySpan<SequenceRange>)_remembered)[.._count];

    /// <summary>The sequence number that the next batch of the current epoch must begin with.</summary>
    public int NextSequence => _count > 0 ? _remembered[_count - 1].Next : 0;

    /// <summary>The sequence number of the last record of the current epoch; -1 when there is none.</summary>
    public int LastSequence => _count > 0 ? SequenceRange.Advance(_remembered[_count - 1].First, _remembered[_count - 1].Count - 1) : -1;

    /// <summary>Neighbours in the order of activity, kept by the ledger.</summary>
    internal ProducerEntry? Older { get; set; }

    internal ProducerEntry? Newer { get; set; }

    internal void Begin(short epoch)
    {
        Epoch = epoch;
        _count = 0;
    }

    internal void Touch(Offset nextOffset, long nowMs)
    {
        NextOffset = nextOffset;
        LastActiveMs = nowMs;
    }

    internal void Remember(SequenceRange batch)
    {
        Span<SequenceRange> ring = _remembered;
        if (_count == ring.Length)
        {
            ring[1..].CopyTo(ring);
            _count--;
        }

        ring[_count++] = batch;
    }

    [InlineArray(ProducerLimits.RememberedBatches)]
    private struct Ring
    {
        private SequenceRange _first;
    }
}
