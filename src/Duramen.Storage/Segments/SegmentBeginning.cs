namespace Duramen.Storage.Segments;

/// <summary>What the age of a segment counts from: the time of its first batch or, where that has none, when this process first saw the segment.</summary>
/// <param name="TimeMs">Milliseconds since 1970.</param>
/// <param name="IsOfRecords">Whether it is a time of records, as the age then is, and not of the clock.</param>
internal sealed record SegmentBeginning(long TimeMs, bool IsOfRecords)
{
    public static SegmentBeginning Of(long timestampMs, TimeProvider time) => timestampMs >= 0 ? new(timestampMs, true) : ByClock(time);

    public static SegmentBeginning ByClock(TimeProvider time) => new(time.GetUtcNow().ToUnixTimeMilliseconds(), false);

    /// <summary>How old the segment is when records of a time are appended to it; 0 where they have none and the segment has.</summary>
    public long AgeMs(long timestampMs, TimeProvider time) =>
        (IsOfRecords ? Math.Max(timestampMs, TimeMs) : time.GetUtcNow().ToUnixTimeMilliseconds()) - TimeMs;
}
