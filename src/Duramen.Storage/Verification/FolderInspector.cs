using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Verification;

/// <summary>Says what an open data folder consists of.</summary>
public static class FolderInspector
{
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
