using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Timestamps;
using Duramen.Records.Batches;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Logs;

/// <summary>
/// Finds a record by its time: whole segments and intervals are skipped by their largest timestamps, the rest is read and verified like
/// any other read.
/// </summary>
internal static class TimestampSearch
{
    /// <summary>As <see cref="ILog.FindTimestampAsync"/>.</summary>
    public static TimestampMatch? Find(DiskLog log, long timestampMs)
    {
        log.ThrowIfUnreadable();
        LogWatermarks marks = log.Watermarks;
        using RecordBatchDecoder decoder = new();
        foreach (Segment segment in log.Segments)
        {
            SegmentState state;
            lock (log.Sync)
            {
                state = segment.State;
            }

            if (state.MaxTimestampMs >= timestampMs && state.NextOffset > marks.Start)
            {
                Offset from = FirstPossible(log, segment, state, timestampMs);
                Offset end = Offset.Min(state.NextOffset, marks.Committed);
                if (FindFrom(log, Offset.Max(from, marks.Start), end, marks.Start, timestampMs, decoder) is TimestampMatch match)
                {
                    return match;
                }
            }
        }

        return null;
    }

    private static Offset FirstPossible(DiskLog log, Segment segment, in SegmentState state, long timestampMs)
    {
        if (!segment.TryAcquire())
        {
            // Compaction replaced the segment; what took its place is found by offset.
            return segment.Id.BaseOffset;
        }

        try
        {
            segment.Index.Load(log.Sync, log.Context.Notice);
            lock (log.Sync)
            {
                int entry = segment.Index.FindTimestamp(timestampMs);
                return entry < Math.Min(state.IndexEntries, segment.Index.Count) ? segment.Index[entry].FirstOffset : state.IntervalFirstOffset;
            }
        }
        finally
        {
            segment.Release();
        }
    }

    private static TimestampMatch? FindFrom(DiskLog log, Offset from, Offset end, Offset start, long timestampMs, RecordBatchDecoder decoder)
    {
        Offset next = from;
        while (next < end)
        {
            using LogSlice slice = LogReader.Read(log, next, ReadLimits.Default);
            ReadOnlySpan<byte> batches = slice.Batches.Span;
            if (batches.IsEmpty)
            {
                return null;
            }

            while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
            {
                BatchFault fault = RecordTimestamps.Search(batch, start, timestampMs, decoder, out TimestampMatch? match);
                if (!fault.IsNone)
                {
                    throw LogRefusals.Undecodable(log, batch.BaseOffset, fault);
                }

                if (match is not null)
                {
                    return match;
                }

                batches = batches[batch.SizeBytes..];
            }

            next = slice.NextOffset;
        }

        return null;
    }
}
