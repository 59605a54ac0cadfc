using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Storage.Segments;

/// <summary>
/// Everything the catalog knows of a segment: a fold over the batches appended to it, small enough to be copied at every checkpoint.
/// The state says what the file must hold; the file never says what the state should be.
/// </summary>
internal record struct SegmentState
{
    /// <summary>The state of a segment without batches.</summary>
    public SegmentState(SegmentId id)
    {
        Id = id;
        NextOffset = id.BaseOffset;
        MaxTimestampMs = NoTimestamp;
        IntervalMaxTimestampMs = NoTimestamp;
        IntervalFirstOffset = id.BaseOffset;
    }

    /// <summary>The timestamp of nothing at all: below every timestamp a record can have.</summary>
    public const long NoTimestamp = long.MinValue;

    public SegmentId Id { get; init; }

    /// <summary>Bytes of batches.</summary>
    public uint SizeBytes { get; set; }

    /// <summary>The offset after the last batch.</summary>
    public Offset NextOffset { get; set; }

    /// <summary>Records in the batches, control records included.</summary>
    public long RecordCount { get; set; }

    /// <summary>The largest timestamp of any record, or <see cref="NoTimestamp"/>.</summary>
    public long MaxTimestampMs { get; set; }

    /// <summary>See <see cref="IndexEntry.Digest"/>, up to <see cref="SizeBytes"/>.</summary>
    public uint Digest { get; set; }

    /// <summary>The number of index entries, that is, of intervals that are complete.</summary>
    public int IndexEntries { get; set; }

    /// <summary>Where the last, still growing interval begins.</summary>
    public uint IntervalStart { get; set; }

    /// <summary>The digest where that interval begins, by which it can be verified without the index.</summary>
    public uint IntervalDigest { get; set; }

    /// <summary>The base offset of the first batch of that interval, or <see cref="NextOffset"/> while it has none.</summary>
    public Offset IntervalFirstOffset { get; set; }

    /// <summary>The largest timestamp in that interval, or <see cref="NoTimestamp"/>.</summary>
    public long IntervalMaxTimestampMs { get; set; }

    /// <summary>
    /// Folds one batch in; returns true when that completes an interval, whose entry is then in <paramref name="completed"/>.
    /// </summary>
    public bool Add(in RecordBatchView batch, out IndexEntry completed)
    {
        if (SizeBytes == IntervalStart)
        {
            IntervalFirstOffset = batch.BaseOffset;
        }

        Digest = HeaderDigest.Append(Digest, batch);
        SizeBytes += (uint)batch.SizeBytes;
        NextOffset = batch.NextOffset;
        RecordCount += batch.RecordCount;
        IntervalMaxTimestampMs = Math.Max(IntervalMaxTimestampMs, batch.MaxTimestampMs);
        MaxTimestampMs = Math.Max(MaxTimestampMs, batch.MaxTimestampMs);

        completed = default;
        if (SizeBytes - IntervalStart < StorageLimits.IndexIntervalBytes)
        {
            return false;
        }

        completed = CloseInterval();
        return true;
    }

    private IndexEntry CloseInterval()
    {
        var entry = new IndexEntry(IntervalFirstOffset, IntervalMaxTimestampMs, IntervalStart, SizeBytes, Digest);
        IndexEntries++;
        IntervalStart = SizeBytes;
        IntervalDigest = Digest;
        IntervalFirstOffset = NextOffset;
        IntervalMaxTimestampMs = NoTimestamp;
        return entry;
    }
}
