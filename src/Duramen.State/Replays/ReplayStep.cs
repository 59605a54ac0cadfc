using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.State.Replays;

/// <summary>A record that was replayed, and what it did.</summary>
public sealed class ReplayStep
{
    // A batch of this record alone, so that it can be looked at as long as the step is there.
    private readonly byte[] _batch;

    internal ReplayStep(byte[] batch, IReadOnlyList<ReplayChange> changes, ReadOnlyMemory<byte> reply)
    {
        _batch = batch;
        Changes = changes;
        Reply = reply;
        Offset = Record.Offset;
    }

    /// <summary>The offset of the record.</summary>
    public Offset Offset { get; }

    /// <summary>The record.</summary>
    public RecordView Record
    {
        get
        {
            Invariant.Holds(RecordBatchView.TryRead(_batch, out RecordBatchView batch));
            var reader = new RecordReader(batch, batch.RecordsBytes);
            bool isThere = reader.TryRead(out RecordView record);
            Invariant.Holds(isThere);
            return record;
        }
    }

    /// <summary>What it did to the state, in the order in which it was done; empty when nothing.</summary>
    public IReadOnlyList<ReplayChange> Changes { get; }

    /// <summary>What the machine replied and nobody was sent; empty when nothing.</summary>
    public ReadOnlyMemory<byte> Reply { get; }

    internal ReadOnlySpan<byte> Batch => _batch;
}
