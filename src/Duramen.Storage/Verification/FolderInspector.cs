using Duramen.Disk;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Verification;

/// <summary>Says what a data folder consists of.</summary>
public static class FolderInspector
{
    /// <summary>Describes the journal of a folder that is not open; null where there is no folder with a catalog and a journal.</summary>
    /// <exception cref="StorageException">No copy of the catalog can be used.</exception>
    public static JournalDescription? DescribeJournal(IDisk disk, string path)
    {
        ArgumentNullException.ThrowIfNull(disk);
        string journal = $"{path}/{FolderLayout.JournalFolder}";
        if (!disk.FolderExists(journal) || Catalog.TryLoad(disk, path, []) is not Catalog catalog)
        {
            return null;
        }

        long? synced = SyncedMark.TryRead(disk, journal, catalog.FolderId, []);
        string[] files = [.. disk.ListFiles(journal).Where(name => JournalFiles.TryParseName(name, out _))];
        JournalPosition next = catalog.Journal;
        return new JournalDescription(
            catalog.IsClean, catalog.Sequence, next.Sequence, next.File, next.FilePosition, synced, files.Length, files.Sum(name => disk.FileLength($"{journal}/{name}")));
    }

    /// <summary>Describes one log.</summary>
    public static LogDescription Describe(DiskLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        lock (log.Sync)
        {
            return new LogDescription(log.Id, log.Name, log.Options, log.Watermarks, [.. log.Segments.Select(segment => Describe(log, segment.State))]);
        }
    }

    private static SegmentDescription Describe(DiskLog log, SegmentState state) => new(
        $"{FolderLayout.RelativeLogPath(log.Id)}/{state.Id.SegmentFileName}",
        state.Id.BaseOffset,
        state.NextOffset,
        state.Id.Generation,
        state.SizeBytes,
        state.RecordCount,
        state.MaxTimestampMs == SegmentState.NoTimestamp ? null : state.MaxTimestampMs,
        state.IndexEntries);
}
