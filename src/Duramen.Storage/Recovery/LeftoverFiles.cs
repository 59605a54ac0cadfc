using Duramen.Disk;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Recovery;

/// <summary>
/// Deletes what a compaction left that did not come to its end: files under their unfinished names, and files that were complete but not yet
/// part of the log. The latter are told by covering offsets that the log's own segments cover; a file beyond the end of the log is left alone,
/// because it may be what somebody wants back who restored an older catalog.
/// </summary>
internal static class LeftoverFiles
{
    /// <summary>Deletes the leftovers of one log, whose recovery is done.</summary>
    public static void Delete(FolderContext context, DiskLog log)
    {
        if (!context.Disk.FolderExists(log.Folder))
        {
            return;
        }

        var known = new HashSet<SegmentId>();
        foreach (Segment segment in log.Segments)
        {
            known.Add(segment.Id);
        }

        string relative = FolderLayout.RelativeLogPath(log.Id);
        foreach (string name in context.Disk.ListFiles(log.Folder))
        {
            bool isLeftover = name.EndsWith(FolderLayout.UnfinishedSuffix, StringComparison.Ordinal)
                || (SegmentId.TryParse(name, out SegmentId id) && !known.Contains(id) && id.BaseOffset < log.Watermarks.End);

            // Garbage is deleted in its own time: the catalog that recovery started from may refer to it.
            if (isLeftover && !context.Garbage.Contains($"{relative}/{name}"))
            {
                context.Disk.DeleteGradually($"{log.Folder}/{name}", context.Options.DeletedPieceBytes);
                context.Notice?.Invoke($"Deleted {log.Folder}/{name}, which an interrupted compaction left.");
            }
        }
    }
}
