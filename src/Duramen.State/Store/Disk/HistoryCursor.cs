using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.State.Store.Keys;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>
/// The versions of a key, oldest first: run after run, in each block after block from the last, and then the tables in memory. Only the versions of one block, or one table, are
/// noted at a time.
/// </summary>
internal sealed class HistoryCursor : IVersionCursor
{
    private readonly DiskSnapshot _snapshot;
    private readonly byte[] _key;
    private readonly KeyHash _hash;

    // Where the versions begin that may be seen.
    private readonly long _first;

    // The source after the current one, counted from the newest; runs after tables.
    private int _nextSource;
    private int _block = -1;
    private Run? _run;
    private RecentTable? _table;
    private byte[] _bytes = [];

    // Versions of the current block or table, newest first; the last one is the current one and goes first.
    private readonly Stack<BlockEntry> _entries = new();
    private readonly Stack<int> _places = new();
    private BlockEntry _entry;
    private int _place;

    public HistoryCursor(DiskSnapshot snapshot, byte[] key, Offset? from)
    {
        _snapshot = snapshot;
        _key = key;
        _hash = KeyHash.Of(key);
        _nextSource = snapshot.View.Recent.Length + snapshot.View.Runs.Length;
        _first = from > snapshot.Horizon ? from.Value.Value
            : snapshot.TryGet(key, snapshot.Horizon, out VersionView version) ? version.Offset.Value
            : snapshot.Horizon.Value;
    }

    public VersionView Current
    {
        get
        {
            Invariant.Holds(_run is not null || _table is not null);
            return _run is not null ? _run.View(_bytes, _entry) : _table!.View(_place);
        }
    }

    public bool MoveNext()
    {
        while (true)
        {
            if (_run is not null && _entries.TryPop(out _entry))
            {
                return true;
            }

            if (_table is not null && _places.TryPop(out _place))
            {
                return true;
            }

            if (_run is not null && _block >= 0)
            {
                NoteBlock();
                continue;
            }

            if (_nextSource == 0)
            {
                return false;
            }

            OpenSource(--_nextSource);
        }
    }

    public void Dispose()
    {
    }

    private void OpenSource(int source)
    {
        StoreView view = _snapshot.View;
        _run = null;
        _table = null;
        if (source >= view.Recent.Length)
        {
            _run = view.Runs[source - view.Recent.Length];
            _block = _run.State.To.Value > _first && _run.MayHave(_hash) ? _run.Index.Find(_key, _first) : -1;
            return;
        }

        _table = view.Recent[source];
        long newer = long.MaxValue;
        for (int place = _table.Find(_key, _hash, _snapshot.Position.Value); place != 0; place = _table.Version(place).Previous)
        {
            // A second version at one offset replaced the first.
            long offset = _table.Version(place).Offset;
            if (offset < _first)
            {
                break;
            }

            if (offset < newer)
            {
                _places.Push(place);
            }

            newer = offset;
        }
    }

    /// <summary>Notes the key's versions in the block, and which block is next.</summary>
    private void NoteBlock()
    {
        _bytes = _run!.ReadBlock(_block);
        ReadOnlySpan<byte> content = _bytes.AsSpan(..^Run.ChecksumBytes);
        VersionBlock versions = _run.Versions(content, _block);
        _entry = versions.Start();
        int order = -1;
        bool isFirst = true;
        bool beginsWithKey = false;
        for (; order <= 0 && versions.MoveNext(ref _entry); isFirst = false)
        {
            order = _entry.IsSameKey ? order : content.Slice(_entry.KeyStart, _entry.KeyLength).SequenceCompareTo(_key);
            beginsWithKey |= isFirst && order == 0;
            long offset = _run.Footer.From.Value + _entry.OffsetDelta;
            if (order == 0 && offset >= _first && offset < _snapshot.Position.Value)
            {
                _entries.Push(_entry);
            }
        }

        if (_entry.IsMalformed)
        {
            throw _run.Malformed(_run.Index.PositionOf(_block));
        }

        // When the block begins with the key, the one before it may end with newer versions of it.
        _block = beginsWithKey ? _block - 1 : -1;
    }
}
