using Duramen.Core.Ids;

namespace Duramen.Log.Producers;

/// <summary>
/// The sequence numbers of one batch and the offsets it was given. Sequence numbers are 31 bits wide and go on at 0 after the largest.
/// </summary>
/// <param name="First">The sequence number of the first record, or -1.</param>
/// <param name="Count">The number of records, and so of sequence numbers and of offsets.</param>
/// <param name="BaseOffset">The offset of the first record.</param>
public readonly record struct SequenceRange(int First, int Count, Offset BaseOffset)
{
    /// <summary>The sequence number that the next batch of the producer begins with.</summary>
    public int Next => Advance(First, Count);

    /// <summary>The offset after the last record.</summary>
    public Offset NextOffset => BaseOffset.Plus(Count);

    /// <summary>The sequence number that stands some places after another.</summary>
    public static int Advance(int sequence, long count) => (int)((sequence + count) & int.MaxValue);
}
