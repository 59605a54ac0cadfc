using Duramen.Disk;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Operations;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Folders;

/// <summary>What the parts of one open folder share.</summary>
internal sealed class FolderContext(IDisk disk, string path, StorageOptions options)
{
    // Guarded by the journal's apply lock.
    private readonly HashSet<DiskLog> _dirty = [];
    private readonly SortedDictionary<string, Segment[]> _garbage = new(StringComparer.Ordinal);

    public IDisk Disk => disk;

    public string Path => path;

    public string JournalPath => $"{path}/{FolderLayout.JournalFolder}";

    public StorageOptions Options => options;

    public Action<string>? Notice => options.Notice;

    public Action<string>? Upkeep => options.Upkeep;

    /// <summary>The time, in milliseconds since 1970. It decides what is forgotten with age, and never what is durable.</summary>
    public long NowMs => options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The journal; null until recovery is done.</summary>
    public Journal? Journal { get; set; }

    public AppendPool AppendPool { get; } = new();

    /// <summary>The logs that changed since the last checkpoint.</summary>
    public IReadOnlyCollection<DiskLog> DirtyLogs => _dirty;

    /// <summary>Paths, relative to the folder, that nothing refers to since some checkpoint.</summary>
    public IReadOnlyCollection<string> Garbage => _garbage.Keys;

    public string LogPath(DiskLog log) => $"{path}/{FolderLayout.RelativeLogPath(log.Id)}";

    public void MarkDirty(DiskLog log)
    {
        // Asked for every append; the set is looked at only when it changes.
        if (!log.IsDirty)
        {
            log.IsDirty = true;
            _dirty.Add(log);
        }
    }

    public List<DiskLog> TakeDirty()
    {
        var taken = new List<DiskLog>(_dirty);
        taken.ForEach(log => log.IsDirty = false);
        _dirty.Clear();
        return taken;
    }

    /// <summary>Notes a path that is to be deleted once a catalog is durable that does not refer to it, and nobody reads the segments whose files these are.</summary>
    public void AddGarbage(string relativePath, params Segment[] segments) => _garbage[relativePath] = segments;

    /// <summary>Whether somebody who began before the log let go of it still reads what is to be deleted.</summary>
    public bool IsRead(string garbage) => _garbage.TryGetValue(garbage, out Segment[]? segments) && Array.Exists(segments, segment => segment.IsLeased);

    public void RemoveGarbage(string relativePath) => _garbage.Remove(relativePath);
}
