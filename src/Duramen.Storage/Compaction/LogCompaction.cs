using System.Security.Cryptography;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Maintenance;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Compaction;

/// <summary>
/// One compaction of one log, in rounds. A round first fills the key map from the part of the log that is not compacted yet, as far as the map's
/// memory reaches, and then writes every segment below that place again without the records that the map supersedes. Works beside appends and
/// reads; whoever runs it holds the log's folder gate. One owner, one thread.
/// </summary>
internal sealed class LogCompaction : IDisposable
{
    private readonly FolderContext _context;
    private readonly DiskLog _log;
    private readonly Action _checkpoint;
    private readonly CancellationToken _cancellation;
    private readonly RateLimit _limit;
    private readonly CompactionClock _clock;
    private readonly BatchKeys _keys;

    /// <param name="context">The folder.</param>
    /// <param name="log">The log; its policy must ask for compaction.</param>
    /// <param name="checkpoint">Brings all segments up to the journal.</param>
    /// <param name="cancellation">Ends the compaction between two steps; what is done stays done.</param>
    public LogCompaction(FolderContext context, DiskLog log, Action checkpoint, CancellationToken cancellation)
    {
        _context = context;
        _log = log;
        _checkpoint = checkpoint;
        _cancellation = cancellation;
        _limit = new RateLimit(context.Options.CompactionBytesPerSecond, context.Options.Time, cancellation);
        _clock = CompactionClock.Read(context.Options.Time, log.Options);
        _keys = new BatchKeys(new SipHash128(RandomNumberGenerator.GetBytes(SipHash128.KeySizeBytes)));
    }

    /// <summary>Compacts the log if that is due, or in any case.</summary>
    public CompactionResult Run(bool force)
    {
        long began = _context.Options.Time.GetTimestamp();
        if (force)
        {
            _log.RollAsync().AsTask().GetAwaiter().GetResult();
        }

        CompactionPlan plan = CompactionPlan.Make(_log, _clock.NowMs);
        (long bytes, long records) = Measure(plan.End);
        int rounds = 0;
        if (plan.Segments.Length > 0 && (force || plan.IsDue(_log.Options, _clock.NowMs)))
        {
            EnsureFlushed(plan);
            rounds = RunRounds(plan);
        }

        (long bytesAfter, long recordsAfter) = Measure(plan.End);
        return new CompactionResult(
            bytes,
            bytesAfter,
            records,
            recordsAfter,
            rounds,
            _limit.TotalBytes,
            _log.CompactedTo,
            _context.Options.Time.GetElapsedTime(began));
    }

    public void Dispose() => _keys.Dispose();

    private int RunRounds(CompactionPlan plan)
    {
        var map = new KeyOffsetMap(_context.Options.CompactionMemoryBytes, plan.DirtyRecords);
        using var cleaner = new BatchCleaner(_keys, map, _clock);
        using var rewrite = new SegmentRewrite(_context, _log, cleaner, _limit);
        int rounds = 0;
        Offset coveredTo;
        do
        {
            rounds++;
            map.Clear();
            cleaner.Start = _log.Watermarks.Start;
            coveredTo = FillMap(map, Offset.Max(_log.CompactedTo, cleaner.Start), plan.End);
            cleaner.CoveredTo = coveredTo;
            rewrite.Run(coveredTo);
        }
        while (coveredTo < plan.End);

        if (cleaner.UndecodableBatches > 0)
        {
            _context.Notice?.Invoke(
                $"Log '{_log.Name}': batches that compaction kept as they are, because their records cannot be decoded: {cleaner.UndecodableBatches}.");
        }

        return rounds;
    }

    // Gives the offset before which the map knows the last record of every key: the end, or the first record that did not fit.
    private Offset FillMap(KeyOffsetMap map, Offset from, Offset end)
    {
        Segment[] segments = _log.Segments;
        for (int index = 0; index < segments.Length - 1 && segments[index].Id.BaseOffset < end; index++)
        {
            if (segments[index + 1].Id.BaseOffset > from && FillMap(map, segments[index], from) is Offset full)
            {
                return full;
            }
        }

        return end;
    }

    // Null when the whole segment fits.
    private Offset? FillMap(KeyOffsetMap map, Segment segment, Offset from)
    {
        using SealedSegmentReader? reader = SealedSegmentReader.TryOpen(_log, segment);
        Offset? full = null;

        // A map that is full does not end the scan: nothing may be decided from a segment before all of it was found to be as written.
        while (reader is not null && reader.TryNext(out RecordBatchView batch))
        {
            _limit.Spend(batch.SizeBytes);
            if (full is null && batch.NextOffset > from && BatchCleaner.IsPlain(batch) && _keys.TryRead(batch))
            {
                full = PutKeys(map, from);
            }
        }

        return full;
    }

    private Offset? PutKeys(KeyOffsetMap map, Offset from)
    {
        foreach (ref BatchKeys.Entry entry in _keys.Entries)
        {
            if (entry.HasKey && entry.Offset >= from && !map.TryPut(entry.First, entry.Second, entry.Offset))
            {
                return entry.Offset;
            }
        }

        return null;
    }

    // Compaction reads files, and the end of a segment that was sealed lately may be in memory and the journal only.
    private void EnsureFlushed(CompactionPlan plan)
    {
        foreach (Segment segment in plan.Segments)
        {
            if (!_log.IsFlushed(segment))
            {
                _cancellation.ThrowIfCancellationRequested();
                _checkpoint();
                return;
            }
        }
    }

    private (long Bytes, long Records) Measure(Offset end)
    {
        long bytes = 0;
        long records = 0;
        foreach (Segment segment in _log.Segments)
        {
            if (segment.Id.BaseOffset < end)
            {
                SegmentState state = _log.StateOf(segment);
                bytes += state.SizeBytes;
                records += state.RecordCount;
            }
        }

        return (bytes, records);
    }
}
