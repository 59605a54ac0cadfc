using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Maintenance;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Scrubbing;

/// <summary>
/// Reads sealed segments that nobody else may be reading, so that damage is found while a backup or a replica still has what was lost. Holds
/// batches, order and digest of each segment to the catalog, and its index to its batches. What it finds stays known until the folder is closed.
/// </summary>
internal sealed class Scrubber(FolderContext context, FolderCatalog catalog)
{
    // A device that fails altogether would otherwise fill memory with one and the same message.
    private const int KnownDefectsMax = 1000;

    private readonly Lock _lock = new();
    private readonly List<ScrubDefect> _defects = [];
    private readonly HashSet<(string Path, string Message)> _known = [];

    /// <summary>What was found since the folder was opened, oldest first; each defect once.</summary>
    public IReadOnlyList<ScrubDefect> Defects
    {
        get
        {
            lock (_lock)
            {
                return [.. _defects];
            }
        }
    }

    /// <summary>Goes once over every segment that is sealed when its log's turn comes.</summary>
    public ScrubResult Run(long bytesPerSecond, CancellationToken cancellation)
    {
        var limit = new RateLimit(bytesPerSecond, context.Options.Time, cancellation);
        var found = new List<ScrubDefect>();
        int segments = 0;
        foreach (DiskLog log in catalog.Logs)
        {
            foreach (Segment segment in log.Segments[..^1])
            {
                cancellation.ThrowIfCancellationRequested();
                if (log.IsFlushed(segment))
                {
                    segments++;
                    Check(log, segment, limit, found, cancellation);
                }
            }
        }

        return new ScrubResult(segments, limit.TotalBytes, found);
    }

    private void Check(DiskLog log, Segment segment, RateLimit limit, List<ScrubDefect> found, CancellationToken cancellation)
    {
        try
        {
            var entries = new List<IndexEntry>();
            using SealedSegmentReader? reader = SealedSegmentReader.TryOpen(log, segment);
            while (reader is not null && !segment.IsDropped && reader.TryNext(out RecordBatchView batch))
            {
                limit.Spend(batch.SizeBytes);
                if (reader.Completed is IndexEntry entry)
                {
                    entries.Add(entry);
                }
            }

            if (reader is not null)
            {
                CheckIndex(log, segment, entries, found, cancellation);
            }
        }
        catch (DuramenException exception) when (exception.Code == LogErrors.Closed || segment.IsDropped)
        {
            // Deleted or replaced meanwhile: its files are nobody's any more.
        }
        catch (DuramenException exception) when (IsDefect(exception))
        {
            Report(log, segment.FilePath, exception.Message, isRepaired: false, found);
        }
    }

    private static bool IsDefect(DuramenException exception) =>
        exception.Code == LogErrors.Corrupt || exception.Code == DiskErrors.InputOutput || exception.Code == DiskErrors.NotFound;

    private void CheckIndex(DiskLog log, Segment segment, List<IndexEntry> entries, List<ScrubDefect> found, CancellationToken cancellation)
    {
        IndexEntry[]? stored = [];
        string defect = "";
        if (entries.Count > 0)
        {
            stored = IndexFile.TryRead(context.Disk, log.Folder, log.Id, log.StateOf(segment), out defect);
        }

        if (stored is not null && entries.SequenceEqual(stored))
        {
            return;
        }

        log.FolderGate.Wait(cancellation);
        try
        {
            // The log may be gone, and its folder must not come back.
            log.ThrowIfGone();
            if (segment.IsDropped)
            {
                return;
            }

            using (IDiskFile file = context.Disk.Open(segment.IndexPath, DiskFileMode.OpenOrCreate))
            {
                IndexFile.Write(file, log.Id, segment.Id, 0, [.. entries]);
                file.Sync();
            }

            context.Disk.SyncFolder(log.Folder);
        }
        finally
        {
            log.FolderGate.Release();
        }

        Report(log, segment.IndexPath, stored is null ? defect : "the entries do not agree with the segment", isRepaired: true, found);
    }

    private void Report(DiskLog log, string path, string message, bool isRepaired, List<ScrubDefect> found)
    {
        var defect = new ScrubDefect(log.Name, path, message, isRepaired, context.Options.Time.GetUtcNow());
        found.Add(defect);
        lock (_lock)
        {
            if (_defects.Count >= KnownDefectsMax || (!_known.Add((path, message)) && !isRepaired))
            {
                return;
            }

            _defects.Add(defect);
        }

        context.Notice?.Invoke(
            isRepaired ? $"Scrubbing made {path} of log '{log.Name}' again: {message}." : $"Scrubbing found damage in log '{log.Name}': {message}");
    }
}
