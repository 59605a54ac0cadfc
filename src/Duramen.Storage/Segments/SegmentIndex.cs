using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;

namespace Duramen.Storage.Segments;

/// <summary>
/// Finds the interval of a segment that holds an offset, a time or a position. The index is a cache of the segment: it is loaded when it is
/// first needed, believed only when it agrees with the catalog's digest, and otherwise rebuilt from the batches.
/// <see cref="Load"/> may be called by anyone; everything else is guarded by the lock of the log.
/// </summary>
internal sealed class SegmentIndex
{
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly LogId _logId;
    private readonly SegmentState _opened;
    private readonly Lock _loading = new();

    // The entries from number _firstKept on; those before it are in the file and not loaded yet.
    private readonly List<IndexEntry> _entries = [];
    private int _firstKept;

    public SegmentIndex(IDisk disk, string folder, LogId logId, SegmentState opened)
    {
        _disk = disk;
        _folder = folder;
        _logId = logId;
        _opened = opened;
        _firstKept = opened.IndexEntries;
        PersistedEntries = opened.IndexEntries;
    }

    public int Count => _firstKept + _entries.Count;

    public bool IsLoaded => _firstKept == 0;

    /// <summary>The number of leading entries that the file holds.</summary>
    public int PersistedEntries { get; set; }

    public IndexEntry this[int number] => _entries[number - _firstKept];

    /// <summary>A copy of the entries from a number on, which must not be among those that are not loaded.</summary>
    public IndexEntry[] CopyFrom(int number)
    {
        var copy = new IndexEntry[Count - number];
        _entries.CopyTo(number - _firstKept, copy, 0, copy.Length);
        return copy;
    }

    public void Add(IndexEntry entry) => _entries.Add(entry);

    public void Truncate(int count)
    {
        Invariant.Holds(IsLoaded);
        _entries.RemoveRange(count, _entries.Count - count);
        PersistedEntries = Math.Min(PersistedEntries, count);
    }

    /// <summary>The number of the last entry whose first offset is at or before an offset; -1 when there is none.</summary>
    public int FindOffset(Offset offset)
    {
        int low = 0;
        int high = _entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_entries[middle].FirstOffset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    /// <summary>The number of the first entry that holds a record at or after a time; <see cref="Count"/> when there is none.</summary>
    public int FindTimestamp(long timestampMs)
    {
        int number = 0;
        while (number < _entries.Count && _entries[number].MaxTimestampMs < timestampMs)
        {
            number++;
        }

        return number;
    }

    /// <summary>
    /// Makes every entry available. Reads the index file, or where that is missing or damaged, the segment itself.
    /// </summary>
    /// <param name="sync">The lock of the log, taken only to publish the result.</param>
    /// <param name="notice">Told when the index had to be rebuilt.</param>
    /// <exception cref="StorageException">The segment does not agree with the catalog.</exception>
    public void Load(Lock sync, Action<string>? notice)
    {
        lock (_loading)
        {
            lock (sync)
            {
                if (IsLoaded)
                {
                    return;
                }
            }

            IndexEntry[]? loaded = IndexFile.TryRead(_disk, _folder, _logId, _opened, out string defect);
            bool rebuilt = loaded is null;
            if (loaded is null)
            {
                notice?.Invoke($"Rebuilding {_folder}/{_opened.Id.IndexFileName} from its segment: {defect}.");
                loaded = SegmentScanner.RebuildIndex(_disk, _folder, _opened);
            }

            lock (sync)
            {
                _entries.InsertRange(0, loaded);
                _firstKept = 0;
                if (rebuilt)
                {
                    PersistedEntries = 0;
                }
            }
        }
    }
}
