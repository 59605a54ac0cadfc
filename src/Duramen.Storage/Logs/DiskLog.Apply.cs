using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Producers;
using Duramen.Records.Batches;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Operations;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Logs;

/// <content>
/// What journal entries do to the log. The committer calls <see cref="Assign"/> when an entry is written and <see cref="Apply"/> when it is durable;
/// recovery calls both, one after the other, for every entry it finds.
/// </content>
public sealed partial class DiskLog
{
    /// <summary>The segment that an append at the cursor goes to: the cursor's own, or a new one when that is full or too old.</summary>
    /// <param name="cursor">Where the log ends.</param>
    /// <param name="payloadBytes">The size of the append.</param>
    /// <param name="timestampMs">The largest time of its records.</param>
    internal LogCursor MakeRoom(LogCursor cursor, int payloadBytes, long timestampMs)
    {
        bool isOver = cursor.Position > 0
            && (cursor.Position + (long)payloadBytes > _options.SegmentSizeBytes || cursor.Segment.GetBeginning(Time).AgeMs(timestampMs, Time) > SegmentAge.MaxMs(_options, Id, cursor.Segment.Id));
        return isOver ? NewSegment(cursor.End, cursor.Segment.Id.Generation) : cursor;
    }

    /// <summary>Has the segment at the cursor begin with batches that are the first in it, although they are not applied yet: those behind them in the group go by it.</summary>
    internal void AssignBeginning(LogCursor cursor, ReadOnlySpan<byte> batches)
    {
        if (cursor.Position == 0 && RecordBatchView.TryRead(batches, out RecordBatchView first))
        {
            cursor.Segment.Begin(first.MaxTimestampMs, Time);
        }
    }

    /// <summary>Whether the segment that grows has a record that compaction must not wait for any longer.</summary>
    internal bool HasOverdueEnd()
    {
        long lagMs = Options.MaxCompactionLagMs;
        Segment last = Segments[^1];
        if (lagMs == long.MaxValue || StateOf(last).SizeBytes == 0 || !last.TryAcquire())
        {
            return false;
        }

        try
        {
            return _context.NowMs - last.GetBeginning(Time).TimeMs > lagMs;
        }
        finally
        {
            last.Release();
        }
    }

    /// <summary>Moves the cursor as an entry that is not an append asks.</summary>
    internal void Assign(in EntryHeader entry, ReadOnlySpan<byte> payload)
    {
        switch (entry.Kind)
        {
            case EntryKind.Rolled:
                Assigned = NewSegment(entry.Segment.BaseOffset, entry.Segment.Generation);
                break;
            case EntryKind.Truncated:
                Assigned = NewSegment(entry.Segment.BaseOffset, entry.Segment.Generation);
                AssignTruncatedProducers(entry.BaseOffset);
                break;
            case EntryKind.ProducersForgotten:
                AssignForgottenProducers(payload);
                break;
            default:
                break;
        }
    }

    /// <summary>Applies an entry that is durable and is not an append.</summary>
    internal void Apply(in EntryHeader entry, ReadOnlySpan<byte> payload)
    {
        _context.MarkDirty(this);
        switch (entry.Kind)
        {
            case EntryKind.Trimmed:
                ApplyTrim(entry.BaseOffset);
                break;
            case EntryKind.Rolled:
                lock (Sync)
                {
                    AddSegment(Pending(entry.Segment));
                }

                break;
            case EntryKind.Truncated:
                ApplyTruncate(Pending(entry.Segment), payload);
                break;
            case EntryKind.SegmentsReplaced:
                ApplyReplace(SegmentReplacement.Read(payload));
                break;
            case EntryKind.ProducersForgotten:
                ApplyForgottenProducers(payload);
                break;
            case EntryKind.OptionsChanged:
                var reader = new CatalogReader(payload, _context.JournalPath);
                LogOptions options = LogRecord.ReadOptions(ref reader);
                lock (Sync)
                {
                    _options = options;
                }

                break;
            default:
                throw new StorageException(
                    StorageErrors.JournalCorrupt,
                    $"{_context.JournalPath} has an entry of kind {(int)entry.Kind} for log '{Name}', which this program does not know.",
                    "Open the folder with the version of Duramen that wrote it, or a newer one.");
        }
    }

    /// <summary>Applies an append that is durable: in the journal, or in the segment's file already.</summary>
    internal void ApplyAppend(Segment segment, ReadOnlySpan<byte> batches, bool isInFile)
    {
        _context.MarkDirty(this);
        lock (Sync)
        {
            if (_segments[^1] != segment)
            {
                AddSegment(segment);
            }

            while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
            {
                if (isInFile)
                {
                    segment.Add(batch);
                }
                else
                {
                    segment.AddJournaled(batch);
                }

                if (ProducerBatch.TryRead(batch, out ProducerBatch sent))
                {
                    _producers.Add(sent, _context.NowMs);
                }

                batches = batches[batch.SizeBytes..];
            }

            Invariant.Holds(batches.IsEmpty);
            _durable = segment.State.NextOffset;
            if (_options.CommitRule == CommitRule.WhenDurable)
            {
                _committed = _durable;
                _producers.Settle(_committed);
            }
        }
    }

    /// <summary>Applies an append that recovery found, to the segment and position where it was given its place.</summary>
    internal void Replay(in EntryHeader entry, ReadOnlySpan<byte> batches, bool isInFile)
    {
        LogCursor cursor = Assigned;
        if (entry.Segment != cursor.Segment.Id)
        {
            cursor = NewSegment(entry.Segment.BaseOffset, entry.Segment.Generation);
        }

        if (cursor.Position != entry.Position || cursor.End != entry.BaseOffset)
        {
            throw new StorageException(
                StorageErrors.JournalCorrupt,
                $"{_context.JournalPath} has an append to log '{Name}' at offset {entry.BaseOffset}, and the log ends at offset {cursor.End}.",
                "Restore catalog.a, catalog.b and the folder 'journal' from one and the same backup.");
        }

        AssignProducers(batches);
        AssignBeginning(cursor, batches);
        ApplyAppend(cursor.Segment, batches, isInFile);
        Assigned = new LogCursor(cursor.Segment, cursor.Position + (uint)batches.Length, Watermarks.Durable);
    }

    /// <summary>Lets go those who waited for what is committed now.</summary>
    internal void PublishCommitted()
    {
        Offset committed;
        lock (Sync)
        {
            committed = _committed;
        }

        _waiters.Advance(committed);
    }

    /// <summary>What the catalog is to say of the log, taken between two groups.</summary>
    internal LogRecord Capture()
    {
        lock (Sync)
        {
            return new LogRecord
            {
                Id = Id,
                Name = Name,
                Options = _options,
                Start = _start,
                Committed = _committed,
                CompactedTo = _compactedTo,
                Producers = _producers.IsEmpty ? null : _producers.Copy(),
                Segments = Array.ConvertAll(_segments, segment => segment.State),
            };
        }
    }

    /// <summary>The segments at this moment, oldest first.</summary>
    internal Segment[] Segments
    {
        get
        {
            lock (Sync)
            {
                return _segments;
            }
        }
    }

    /// <summary>The state of one of the log's segments at this moment; that of a sealed one does not change any more.</summary>
    internal SegmentState StateOf(Segment segment)
    {
        lock (Sync)
        {
            return segment.State;
        }
    }

    /// <summary>Whether the files of a segment hold everything that the segment does.</summary>
    internal bool IsFlushed(Segment segment)
    {
        lock (Sync)
        {
            return segment.FlushedBytes >= segment.State.SizeBytes && segment.Tail.IsEmpty && segment.Index.PersistedEntries >= segment.State.IndexEntries;
        }
    }

    /// <summary>Every offset below this one went through compaction already.</summary>
    internal Offset CompactedTo
    {
        get
        {
            lock (Sync)
            {
                return _compactedTo;
            }
        }
    }

    /// <summary>Closes every file, also of segments that an append was refused in before they became part of the log.</summary>
    internal void CloseFiles()
    {
        Array.ForEach(Segments, segment => segment.Dispose());
        foreach (Segment segment in _pending.Values)
        {
            segment.Dispose();
        }
    }

    private (EntryHeader, CatalogWriter?)? DecideRollBefore(Offset? newStart)
    {
        bool isWanted = newStart is null || newStart == Assigned.End;
        return Assigned.Position > 0 && isWanted
            ? (new EntryHeader(EntryKind.Rolled, Id, default, new SegmentId(Assigned.End, Assigned.Segment.Id.Generation), 0, 0, 0), null)
            : null;
    }

    private (EntryHeader, CatalogWriter?)? DecideTrim(Offset newStart)
    {
        LogWatermarks marks = Watermarks;
        if (newStart > marks.Committed)
        {
            throw LogRefusals.TrimOutOfRange(this, newStart, marks.Committed);
        }

        return newStart > marks.Start ? (new EntryHeader(EntryKind.Trimmed, Id, newStart, default, 0, 0, 0), null) : null;
    }

    private (EntryHeader, CatalogWriter?)? DecideTruncate(Offset newEnd)
    {
        LogWatermarks marks = Watermarks;
        if (newEnd < marks.Committed)
        {
            throw LogRefusals.TruncateOutOfRange(this, newEnd, marks.Committed);
        }

        if (newEnd >= marks.End)
        {
            return null;
        }

        BatchBoundary boundary = LogReader.FindBoundary(this, newEnd);
        int generation = 0;
        foreach (Segment segment in Segments)
        {
            generation = Math.Max(generation, segment.Id.Generation);
        }

        var payload = new CatalogWriter();
        LogRecord.WriteSegment(payload, boundary.Kept);
        return (new EntryHeader(EntryKind.Truncated, Id, boundary.End, new SegmentId(boundary.End, generation + 1), 0, 0, 0), payload);
    }

    /// <summary>
    /// Puts compacted segments in the place of those they were made from, if any of those is still there: a trim may have been faster.
    /// Returns whether the new ones are part of the log now.
    /// </summary>
    internal async ValueTask<bool> ReplaceAsync(SegmentReplacement replacement)
    {
        bool isReplaced = false;
        await SubmitAsync(new ChangeLog(this, Decide, isFirst: true)).ConfigureAwait(false);
        return isReplaced;

        (EntryHeader, CatalogWriter?)? Decide()
        {
            bool isNeeded = replacement.Removed.Count == 0;
            foreach (Segment segment in Segments)
            {
                isNeeded |= replacement.Removed.Contains(segment.Id);
            }

            isReplaced = isNeeded;
            return isNeeded ? (new EntryHeader(EntryKind.SegmentsReplaced, Id, default, default, 0, 0, 0), replacement.Write()) : null;
        }
    }

    private (EntryHeader, CatalogWriter?)? DecideOptions(LogOptions options)
    {
        if (options.CommitRule != _options.CommitRule)
        {
            throw new StorageException(LogErrors.InvalidOption, $"The commit rule of log '{Name}' cannot be changed.", "Create another log.");
        }

        var payload = new CatalogWriter();
        LogRecord.WriteOptions(payload, options);
        return (new EntryHeader(EntryKind.OptionsChanged, Id, default, default, 0, 0, 0), payload);
    }

    private LogCursor NewSegment(Offset baseOffset, int generation) =>
        new(Pending(new SegmentId(baseOffset, generation)), 0, baseOffset);

    // A segment that entries of the group under way go to, and that is not part of the log before one of them is applied.
    private Segment Pending(SegmentId id)
    {
        if (!_pending.TryGetValue(id, out Segment? segment))
        {
            segment = new Segment(_context.Disk, Folder, Id, new SegmentState(id));
            _pending.Add(id, segment);
        }

        return segment;
    }

    private void AddSegment(Segment segment)
    {
        Invariant.Holds(segment.Id.BaseOffset == _durable);
        _pending.Remove(segment.Id);
        if (_segments.Length > 0 && _segments[^1].State.SizeBytes == 0)
        {
            // An empty last segment has nothing to keep; it has a file if an append to it was refused once there was one.
            Drop(_segments[^1]);
            _segments = [.. _segments[..^1], segment];
        }
        else
        {
            _segments = [.. _segments, segment];
        }
    }

    private void ApplyTrim(Offset newStart)
    {
        lock (Sync)
        {
            _start = Offset.Max(_start, newStart);
            _committed = Offset.Max(_committed, _start);
            int kept = 0;
            while (kept < _segments.Length - 1 && _segments[kept + 1].Id.BaseOffset <= _start)
            {
                Drop(_segments[kept++]);
            }

            _segments = _segments[kept..];
        }
    }

    private void ApplyTruncate(Segment next, ReadOnlySpan<byte> payload)
    {
        var reader = new CatalogReader(payload, _context.JournalPath);
        SegmentState kept = LogRecord.ReadSegment(ref reader);
        Segment cut = Array.Find(Segments, segment => segment.Id == kept.Id)!;
        cut.Index.Load(Sync, _context.Notice);
        lock (Sync)
        {
            int index = Array.IndexOf(_segments, cut);
            for (int later = index + 1; later < _segments.Length; later++)
            {
                Drop(_segments[later]);
            }

            cut.CutTo(kept);
            if (kept.SizeBytes == 0)
            {
                Drop(cut);
                index--;
            }

            _durable = next.Id.BaseOffset;
            _producers.Truncate(_durable);
            _segments = [.. _segments[..(index + 1)]];
            AddSegment(next);
        }
    }

    private void ApplyReplace(SegmentReplacement replacement)
    {
        lock (Sync)
        {
            var segments = new List<Segment>();
            bool isPlaced = false;
            foreach (Segment segment in _segments)
            {
                if (!replacement.Removed.Contains(segment.Id))
                {
                    segments.Add(segment);
                    continue;
                }

                if (!isPlaced)
                {
                    isPlaced = true;
                    foreach (SegmentState added in replacement.Added)
                    {
                        segments.Add(new Segment(_context.Disk, Folder, Id, added));
                    }
                }

                Drop(segment);
            }

            Invariant.Holds(segments.Count > 0);
            _segments = [.. segments];
            _compactedTo = Offset.Max(_compactedTo, replacement.CompactedTo);
            _committed = Offset.Max(_committed, _compactedTo);
        }
    }

    // The files stay until a catalog is durable that does not list the segment, and its readers are done.
    private void Drop(Segment segment)
    {
        string relative = $"{FolderLayout.RelativeLogPath(Id)}/";
        _context.AddGarbage(relative + segment.Id.SegmentFileName, segment);
        _context.AddGarbage(relative + segment.Id.IndexFileName, segment);
        segment.Dispose();
    }
}
