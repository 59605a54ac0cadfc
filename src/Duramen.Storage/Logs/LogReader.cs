using System.Buffers;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Logs;

/// <summary>
/// Reads batches back, from the part of a segment that is still in memory and from its file, and hands out nothing it has not verified: the
/// checksum of every batch, and over whole intervals the digest that covers the batch headers, which the batches' own checksums leave out.
/// </summary>
internal static class LogReader
{
    /// <summary>As <see cref="ILog.ReadAsync"/>.</summary>
    public static LogSlice Read(DiskLog log, Offset from, ReadLimits limits)
    {
        log.ThrowIfUnreadable();
        LogWatermarks marks = log.Watermarks;
        if (from < marks.Start || from > marks.Committed)
        {
            throw LogRefusals.ReadOutOfRange(log, from, marks);
        }

        Offset wanted = from;
        while (wanted < marks.Committed)
        {
            Segment[] segments = log.Segments;
            int index = IndexOf(segments, wanted);
            Segment segment = segments[index];
            if (!segment.TryAcquire())
            {
                // Dropped between the two lines above: look again, and find what took its place or that the log starts later now.
                log.ThrowIfUnreadable();
                marks = log.Watermarks;
                if (wanted < marks.Start)
                {
                    throw LogRefusals.ReadOutOfRange(log, from, marks);
                }

                continue;
            }

            try
            {
                if (ReadSegment(log, segment, wanted, limits, marks.Committed) is LogSlice slice)
                {
                    return slice;
                }
            }
            finally
            {
                segment.Release();
            }

            // Compaction left nothing from here to the end of the segment.
            if (index == segments.Length - 1)
            {
                break;
            }

            wanted = Offset.Max(wanted, segments[index + 1].Id.BaseOffset);
        }

        return LogSlice.Empty(Offset.Max(from, marks.Committed));
    }

    /// <summary>
    /// The last place between two batches at or before an offset, in a part of the log that compaction never touches. Runs on the committer or
    /// over durable batches only.
    /// </summary>
    public static BatchBoundary FindBoundary(DiskLog log, Offset offset)
    {
        Segment[] segments = log.Segments;
        Segment segment = segments[IndexOf(segments, offset)];
        segment.Index.Load(log.Sync, log.Context.Notice);
        using Interval? interval = Load(log, segment, offset, 0);
        if (interval is null)
        {
            lock (log.Sync)
            {
                return new BatchBoundary(segment.State.NextOffset, segment.State);
            }
        }

        SegmentState kept = Complete(log, segment, interval.Before);
        ReadOnlySpan<byte> bytes = interval.Bytes;
        while (RecordBatchView.TryRead(bytes, out RecordBatchView batch) && batch.NextOffset <= offset)
        {
            kept.Add(batch, out _);
            bytes = bytes[batch.SizeBytes..];
        }

        return new BatchBoundary(kept.NextOffset, kept);
    }

    // What the index does not say of the state at an interval's beginning. Without compaction every offset has its record.
    private static SegmentState Complete(DiskLog log, Segment segment, SegmentState before)
    {
        long maxTimestampMs = SegmentState.NoTimestamp;
        lock (log.Sync)
        {
            for (int entry = 0; entry < before.IndexEntries; entry++)
            {
                maxTimestampMs = Math.Max(maxTimestampMs, segment.Index[entry].MaxTimestampMs);
            }
        }

        return before with { MaxTimestampMs = maxTimestampMs, RecordCount = before.NextOffset.Since(segment.Id.BaseOffset) };
    }

    /// <summary>The index of the segment that holds an offset, or of the last before it.</summary>
    public static int IndexOf(Segment[] segments, Offset offset)
    {
        int low = 0;
        int high = segments.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            (low, high) = segments[middle].Id.BaseOffset <= offset ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    // Null when the segment has no committed batch at or after the offset.
    private static LogSlice? ReadSegment(DiskLog log, Segment segment, Offset from, ReadLimits limits, Offset committed)
    {
        Offset? at = from;
        while (at is Offset wanted && wanted < committed)
        {
            using Interval? interval = Load(log, segment, wanted, limits.MaxBytes);
            if (interval is null)
            {
                break;
            }

            if (TrySlice(interval, wanted, limits, committed) is LogSlice slice)
            {
                return slice;
            }

            // Compaction left a gap that reaches into the next interval.
            at = interval.NextInterval;
        }

        return null;
    }

    private static LogSlice? TrySlice(Interval interval, Offset from, ReadLimits limits, Offset committed)
    {
        ReadOnlySpan<byte> bytes = interval.Bytes;
        int at = 0;
        int start = -1;
        long records = 0;
        Offset next = from;
        while (RecordBatchView.TryRead(bytes[at..], out RecordBatchView batch) && batch.NextOffset <= committed)
        {
            int end = at + batch.SizeBytes;
            if (batch.NextOffset > from)
            {
                if (start >= 0 && (end - start > limits.MaxBytes || records >= limits.MaxRecords))
                {
                    break;
                }

                start = start < 0 ? at : start;
                records += batch.RecordCount;
                next = batch.NextOffset;
            }

            at = end;
        }

        return start < 0 ? null : interval.TakeSlice(start, at - start, next);
    }

    // Loads and verifies whole intervals: from the one that holds an offset, until at least so many bytes are there or the segment ends.
    // Null when the segment ends at or before the offset.
    private static Interval? Load(DiskLog log, Segment segment, Offset from, int wantedBytes)
    {
        var missing = new List<(int Start, int Length)>();
        Extent extent;
        byte[] buffer;
        while (true)
        {
            lock (log.Sync)
            {
                SegmentState state = segment.State;
                if (from >= state.NextOffset)
                {
                    return null;
                }

                bool isInLastInterval = state.SizeBytes > state.IntervalStart && from >= state.IntervalFirstOffset;
                if (isInLastInterval || segment.Index.IsLoaded)
                {
                    extent = isInLastInterval ? LastInterval(state) : Choose(segment.Index, state, from, wantedBytes);
                    buffer = ArrayPool<byte>.Shared.Rent(extent.Length);
                    segment.Tail.Read(extent.Before.SizeBytes, buffer.AsSpan(0, extent.Length), missing);
                    break;
                }
            }

            segment.Index.Load(log.Sync, log.Context.Notice);
        }

        try
        {
            foreach ((int start, int count) in missing)
            {
                ReadFile(segment, buffer.AsSpan(start, count), extent.Before.SizeBytes + (uint)start);
            }

            Verify(segment, buffer.AsSpan(0, extent.Length), extent.Before, extent.Digest);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        return new Interval(buffer, extent);
    }

    private static Extent LastInterval(in SegmentState state)
    {
        var before = new SegmentState(state.Id)
        {
            SizeBytes = state.IntervalStart,
            NextOffset = state.IntervalFirstOffset,
            Digest = state.IntervalDigest,
            IndexEntries = state.IndexEntries,
            IntervalStart = state.IntervalStart,
            IntervalDigest = state.IntervalDigest,
            IntervalFirstOffset = state.IntervalFirstOffset,
        };
        return new Extent(before, (int)(state.SizeBytes - state.IntervalStart), state.Digest, null);
    }

    // Whole intervals from the one that holds an offset on. Called under the log's lock, with the index loaded.
    private static Extent Choose(SegmentIndex index, in SegmentState state, Offset from, int wantedBytes)
    {
        int first = Math.Max(0, index.FindOffset(from));
        var before = new SegmentState(state.Id);
        if (first > 0)
        {
            IndexEntry previous = index[first - 1];
            before = before with
            {
                SizeBytes = previous.EndPosition,
                NextOffset = index[first].FirstOffset,
                Digest = previous.Digest,
                IndexEntries = first,
                IntervalStart = previous.EndPosition,
                IntervalDigest = previous.Digest,
                IntervalFirstOffset = index[first].FirstOffset,
            };
        }

        // As many as fit, so that nothing is verified that the limit does not let through; and at least the first.
        int last = first;
        while (last + 1 < state.IndexEntries && index[last + 1].EndPosition - before.SizeBytes <= wantedBytes)
        {
            last++;
        }

        bool isAllIndexed = last + 1 >= state.IndexEntries;
        if (first >= state.IndexEntries || (isAllIndexed && state.SizeBytes - before.SizeBytes <= wantedBytes))
        {
            return new Extent(before, (int)(state.SizeBytes - before.SizeBytes), state.Digest, null);
        }

        Offset next = last + 1 < state.IndexEntries ? index[last + 1].FirstOffset : state.IntervalFirstOffset;
        return new Extent(before, (int)(index[last].EndPosition - before.SizeBytes), index[last].Digest, next);
    }

    private static void ReadFile(Segment segment, Span<byte> destination, uint position)
    {
        int read = segment.OpenExisting().Read(destination, position);
        if (read < destination.Length)
        {
            throw SegmentScanner.Damaged(
                segment.FilePath,
                position + read,
                FormattableString.Invariant($"the file ends there and should reach byte {position + destination.Length}"));
        }
    }

    private static void Verify(Segment segment, ReadOnlySpan<byte> bytes, in SegmentState before, uint digest)
    {
        uint actual = before.Digest;
        Offset next = before.NextOffset;
        int at = 0;
        while (at < bytes.Length)
        {
            if (!RecordBatchView.TryRead(bytes[at..], out RecordBatchView batch))
            {
                throw SegmentScanner.Damaged(segment.FilePath, before.SizeBytes + at, "there is no whole batch of version 2", next);
            }

            if (!batch.IsChecksumValid)
            {
                throw SegmentScanner.Damaged(segment.FilePath, before.SizeBytes + at, "the batch's checksum does not match its bytes", next);
            }

            if (batch.BaseOffset < next)
            {
                throw SegmentScanner.Damaged(
                    segment.FilePath, before.SizeBytes + at, $"the batch says that it begins at offset {batch.BaseOffset}", next);
            }

            actual = HeaderDigest.Append(actual, batch);
            next = batch.NextOffset;
            at += batch.SizeBytes;
        }

        if (actual != digest)
        {
            throw SegmentScanner.Damaged(
                segment.FilePath, before.SizeBytes, $"the {bytes.Length} bytes from there on are not the batches that were appended", before.NextOffset);
        }
    }

    /// <summary>Whole intervals of a segment: its state before them, their bytes, the digest after them, and where the next one begins.</summary>
    private readonly record struct Extent(SegmentState Before, int Length, uint Digest, Offset? NextInterval);

    /// <summary>Whole verified intervals in a rented buffer.</summary>
    private sealed class Interval(byte[] buffer, Extent extent) : IDisposable
    {
        private byte[]? _buffer = buffer;

        public SegmentState Before => extent.Before;

        public Offset? NextInterval => extent.NextInterval;

        public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, extent.Length);

        public LogSlice TakeSlice(int start, int lengthBytes, Offset next)
        {
            var slice = new LogSlice(_buffer!, start, lengthBytes, next);
            _buffer = null;
            return slice;
        }

        public void Dispose()
        {
            if (_buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = null;
            }
        }
    }
}
