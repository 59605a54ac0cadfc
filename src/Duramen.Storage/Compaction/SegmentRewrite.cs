using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Maintenance;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Compaction;

/// <summary>
/// The second half of a round: writes segments again, a few neighbours at a time into one new segment, and swaps them for it. Oldest first, so that
/// at any moment a record is gone only if what supersedes it is there, and a tombstone only if what it deletes is gone.
/// One owner, one thread.
/// </summary>
internal sealed class SegmentRewrite(FolderContext context, DiskLog log, BatchCleaner cleaner, RateLimit limit) : IDisposable
{
    // One swap is one journal entry, which has to fit the smallest journal group (4 KiB): 12 bytes each, and 72 for every new segment.
    private const int MergedMax = 128;

    private readonly List<SegmentId> _inputs = [];
    private readonly List<SegmentOutput> _outputs = [];
    private bool _isChanged;
    private long _readBytes;
    private long _writtenBytes;
    private long _outputMaxBytes;
    private int _generation;

    /// <summary>Rewrites every segment below an offset, up to which the cleaner's map reaches, and notes that the log is compacted up to there.</summary>
    public void Run(Offset coveredTo)
    {
        try
        {
            Segment[] segments = log.Segments;
            for (int index = 0; index < segments.Length - 1 && segments[index].Id.BaseOffset < coveredTo; index++)
            {
                if (!HasRoomFor(log.StateOf(segments[index]).SizeBytes))
                {
                    Swap(log.CompactedTo);
                }

                Rewrite(segments[index]);
            }

            Swap(coveredTo);
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    public void Dispose() => Abandon();

    // The next segment is merged if what stays of it fits, should as much of it stay as of those before it.
    private bool HasRoomFor(uint sizeBytes)
    {
        double expected = _readBytes == 0 ? 0 : (double)_writtenBytes / _readBytes * sizeBytes;
        return _inputs.Count == 0
            || (_inputs.Count < MergedMax && _outputs.Count <= 1 && _writtenBytes + expected <= log.Options.SegmentSizeBytes);
    }

    private void Rewrite(Segment segment)
    {
        using SealedSegmentReader? reader = SealedSegmentReader.TryOpen(log, segment);
        if (reader is null)
        {
            // Trimmed meanwhile.
            return;
        }

        _inputs.Add(segment.Id);
        _outputMaxBytes = Math.Max(log.Options.SegmentSizeBytes, log.StateOf(segment).SizeBytes);
        while (reader.TryNext(out RecordBatchView batch))
        {
            _readBytes += batch.SizeBytes;
            limit.Spend(batch.SizeBytes);
            switch (cleaner.Clean(batch, out Memory<byte> rewritten))
            {
                case BatchFate.Kept:
                    Write(batch);
                    break;
                case BatchFate.Rewritten:
                    _isChanged = true;
                    Invariant.Holds(RecordBatchView.TryRead(rewritten.Span, out RecordBatchView survivor) && survivor.NextOffset == batch.NextOffset);
                    Write(survivor);
                    break;
                default:
                    _isChanged = true;
                    break;
            }
        }
    }

    private void Write(RecordBatchView batch)
    {
        // More may stay of a segment than was expected, and records may grow when they are written again.
        if (_outputs.Count == 0 || _outputs[^1].State.SizeBytes + (long)batch.SizeBytes > _outputMaxBytes)
        {
            if (_outputs.Count == 0)
            {
                _generation = NextGeneration();
            }

            Offset baseOffset = _outputs.Count == 0 ? _inputs[0].BaseOffset : batch.BaseOffset;
            _outputs.Add(new SegmentOutput(context.Disk, log.Folder, log.Id, new SegmentId(baseOffset, _generation)));
        }

        _outputs[^1].Add(batch);
        _writtenBytes += batch.SizeBytes;
    }

    // Above every generation of the log and every file that a catalog or an interrupted compaction may have left, so that no name is ever used
    // for two contents, and no file is deleted in place of another that had its name.
    private int NextGeneration()
    {
        int highest = 0;
        foreach (Segment segment in log.Segments)
        {
            highest = Math.Max(highest, segment.Id.Generation);
        }

        foreach (string name in context.Disk.ListFiles(log.Folder))
        {
            string stem = name.EndsWith(FolderLayout.UnfinishedSuffix, StringComparison.Ordinal) ? name[..^FolderLayout.UnfinishedSuffix.Length] : name;
            if (SegmentId.TryParse(stem, out SegmentId id))
            {
                highest = Math.Max(highest, id.Generation);
            }
        }

        return checked(highest + 1);
    }

    // One segment of which nothing went is as good as its copy.
    private void Swap(Offset compactedTo)
    {
        if (_inputs.Count == 1 && !_isChanged)
        {
            Abandon();
        }

        if (_inputs.Count == 0 && compactedTo <= log.CompactedTo)
        {
            return;
        }

        var added = new List<SegmentState>(_outputs.Count);
        foreach (SegmentOutput output in _outputs)
        {
            output.Finish();
            added.Add(output.State);
        }

        if (added.Count > 0)
        {
            context.Disk.SyncFolder(log.Folder);
        }

        if (!Replace(new SegmentReplacement([.. _inputs], added, compactedTo)))
        {
            Abandon();
        }

        Forget();
    }

    private bool Replace(SegmentReplacement replacement)
    {
        try
        {
            return log.ReplaceAsync(replacement).AsTask().GetAwaiter().GetResult();
        }
        catch (DuramenException exception) when (exception.Code != LogErrors.Full && exception.Code != LogErrors.Closed)
        {
            // The entry may be in the journal: the files are part of the log then, and else are deleted when the folder is opened.
            Forget();
            throw;
        }
    }

    private void Abandon()
    {
        foreach (SegmentOutput output in _outputs)
        {
            output.Delete();
        }

        Forget();
    }

    private void Forget()
    {
        _outputs.ForEach(output => output.Dispose());
        _outputs.Clear();
        _inputs.Clear();
        _isChanged = false;
        _readBytes = 0;
        _writtenBytes = 0;
    }
}
