using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Compaction;

/// <summary>
/// Which segments of a log may be compacted now: the sealed ones from the oldest on, up to the first that is not wholly committed or has a record
/// younger than <see cref="LogOptions.MinCompactionLagMs"/>.
/// </summary>
/// <param name="Segments">The segments, oldest first.</param>
/// <param name="End">The offset after the last of them, which is where the next segment begins.</param>
/// <param name="CleanBytes">Bytes in them that went through compaction before.</param>
/// <param name="DirtyBytes">Bytes in them that did not.</param>
/// <param name="DirtyRecords">An upper bound of the records that did not.</param>
/// <param name="DirtySinceMs">The time of the first of those, or that of its segment's first.</param>
internal sealed record CompactionPlan(Segment[] Segments, Offset End, long CleanBytes, long DirtyBytes, long DirtyRecords, long DirtySinceMs)
{
    public static CompactionPlan Make(DiskLog log, long nowMs)
    {
        LogOptions options = log.Options;
        Offset compactedTo = log.CompactedTo;
        Segment[] segments = log.Segments;
        Offset committed = log.Watermarks.Committed;
        long clean = 0;
        long dirty = 0;
        long dirtyRecords = 0;
        long dirtySinceMs = long.MaxValue;
        int count = 0;
        for (; count < segments.Length - 1; count++)
        {
            Offset end = segments[count + 1].Id.BaseOffset;
            SegmentState state = log.StateOf(segments[count]);
            if (end > committed || (options.MinCompactionLagMs > 0 && state.MaxTimestampMs > nowMs - options.MinCompactionLagMs))
            {
                break;
            }

            if (end <= compactedTo)
            {
                clean += state.SizeBytes;
            }
            else
            {
                dirty += state.SizeBytes;
                dirtyRecords += state.RecordCount;
                dirtySinceMs = options.MaxCompactionLagMs == long.MaxValue ? dirtySinceMs : Math.Min(dirtySinceMs, BeginningOf(log, segments[count]));
            }
        }

        return new CompactionPlan(segments[..count], segments[count].Id.BaseOffset, clean, dirty, dirtyRecords, dirtySinceMs);
    }

    /// <summary>Whether enough is dirty for compaction to be worth its cost, or something has been for so long that it has to be in any case.</summary>
    public bool IsDue(LogOptions options, long nowMs) =>
        DirtyBytes > 0 && (DirtyBytes > options.MinCleanableRatio * (CleanBytes + DirtyBytes) || nowMs - DirtySinceMs > options.MaxCompactionLagMs);

    private static long BeginningOf(DiskLog log, Segment segment)
    {
        if (!segment.TryAcquire())
        {
            return long.MaxValue;
        }

        try
        {
            return segment.GetBeginning(log.Context.Options.Time).TimeMs;
        }
        finally
        {
            segment.Release();
        }
    }
}
