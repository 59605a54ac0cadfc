using Duramen.Core.Ids;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Folders;

/// <summary>
/// The logs of an open folder. Changed by the committer under the journal's apply lock; read by anyone.
/// </summary>
internal sealed class FolderCatalog(FolderContext context, Guid folderId)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LogId, DiskLog> _logs = [];
    private readonly Dictionary<string, DiskLog> _byName = new(StringComparer.Ordinal);

    // What the last checkpoint said of logs that did not change since, so that a checkpoint costs what changed.
    private readonly Dictionary<LogId, LogRecord> _records = [];
    private long _sequence;

    // Owned by the committer: names of logs whose creation is in the group under way.
    private readonly HashSet<string> _reservedNames = new(StringComparer.Ordinal);

    public Guid FolderId => folderId;

    /// <summary>The number of the last checkpoint.</summary>
    public long Sequence
    {
        get => _sequence;
        init => _sequence = value;
    }

    /// <summary>The logs in the order of their names.</summary>
    public List<DiskLog> Logs
    {
        get
        {
            lock (_lock)
            {
                return [.. _logs.Values.OrderBy(log => log.Name, StringComparer.Ordinal)];
            }
        }
    }

    public DiskLog? Find(string name)
    {
        lock (_lock)
        {
            return _byName.GetValueOrDefault(name);
        }
    }

    public DiskLog? Find(LogId id)
    {
        lock (_lock)
        {
            return _logs.GetValueOrDefault(id);
        }
    }

    public bool TryReserveName(string name) => _reservedNames.Add(name);

    public void ReleaseName(string name) => _reservedNames.Remove(name);

    public void Add(DiskLog log)
    {
        lock (_lock)
        {
            _logs.Add(log.Id, log);
            _byName.Add(log.Name, log);
        }
    }

    public void Remove(DiskLog log)
    {
        lock (_lock)
        {
            _logs.Remove(log.Id);
            _byName.Remove(log.Name);
            _records.Remove(log.Id);
        }

        Segment[] segments = log.Segments;
        Array.ForEach(segments, segment => segment.Dispose());
        context.AddGarbage(FolderLayout.RelativeLogPath(log.Id), segments);
    }

    /// <summary>The state of the folder at a journal position. Called under the journal's apply lock, with the changed logs given.</summary>
    public Catalog Capture(JournalPosition next, bool isClean, IEnumerable<DiskLog> changed)
    {
        lock (_lock)
        {
            foreach (DiskLog log in changed)
            {
                if (_logs.ContainsKey(log.Id))
                {
                    _records[log.Id] = log.Capture();
                }
            }

            return new Catalog
            {
                FolderId = folderId,
                Sequence = ++_sequence,
                Journal = next,
                IsClean = isClean,
                Logs = [.. _logs.Values.Select(log => _records.TryGetValue(log.Id, out LogRecord? record) ? record : _records[log.Id] = log.Capture())],
                Garbage = [.. context.Garbage],
            };
        }
    }
}
