using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Retention;

/// <summary>
/// Which records of a log may be deleted for their age or for the log's size: whole segments, from the oldest on, and nothing that is not
/// committed. The segment that grows is deleted for age only, once all its records are too old.
/// </summary>
internal static class LogRetention
{
    /// <summary>Deletes what may be deleted; returns the new start of the log, or null when it stays.</summary>
    public static async ValueTask<Offset?> ApplyAsync(DiskLog log, long nowMs, CancellationToken cancellationToken)
    {
        if (FindStart(log, nowMs) is not Offset start)
        {
            return null;
        }

        await log.TrimAsync(start, cancellationToken).ConfigureAwait(false);
        return start;
    }

    /// <summary>Where the log should begin; null when that is where it does.</summary>
    public static Offset? FindStart(DiskLog log, long nowMs)
    {
        LogOptions options = log.Options;
        if ((options.Cleanup & CleanupPolicy.Delete) == 0)
        {
            return null;
        }

        SegmentState[] states = Array.ConvertAll(log.Segments, log.StateOf);
        LogWatermarks marks = log.Watermarks;
        int deleted = 0;
        if (options.RetentionMs >= 0)
        {
            deleted = CountExpired(states, nowMs, options.RetentionMs);
        }

        if (options.RetentionBytes >= 0)
        {
            deleted = Math.Max(deleted, CountExcess(states, options.RetentionBytes));
        }

        while (deleted > 0 && EndOf(states, deleted - 1) > marks.Committed)
        {
            deleted--;
        }

        Offset start = deleted > 0 ? EndOf(states, deleted - 1) : marks.Start;
        return start > marks.Start ? start : null;
    }

    private static int CountExpired(SegmentState[] states, long nowMs, long retentionMs)
    {
        int expired = 0;
        while (expired < states.Length && states[expired].SizeBytes > 0 && nowMs - AgeTimestamp(states, expired, nowMs) > retentionMs)
        {
            expired++;
        }

        return expired;
    }

    // Producers choose timestamps, so one may lie in the future or be missing. Such a segment says nothing of its age; but it is no younger
    // than the one after it, and goes when that one does instead of keeping everything behind it for ever. With nothing to go by, it stays.
    private static long AgeTimestamp(SegmentState[] states, int index, long nowMs)
    {
        for (; index < states.Length; index++)
        {
            if (states[index].MaxTimestampMs >= 0 && states[index].MaxTimestampMs <= nowMs)
            {
                return states[index].MaxTimestampMs;
            }
        }

        return nowMs;
    }

    // The last segment is the one that grows.
    private static int CountExcess(SegmentState[] states, long retentionBytes)
    {
        long total = 0;
        foreach (SegmentState state in states)
        {
            total += state.SizeBytes;
        }

        int excess = 0;
        while (excess < states.Length - 1 && total - states[excess].SizeBytes >= retentionBytes)
        {
            total -= states[excess++].SizeBytes;
        }

        return excess;
    }

    private static Offset EndOf(SegmentState[] states, int index) =>
        index + 1 < states.Length ? states[index + 1].Id.BaseOffset : states[index].NextOffset;
}
