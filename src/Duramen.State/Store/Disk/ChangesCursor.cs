using Duramen.Core.Errors;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>
/// The versions between two offsets, in the order of offsets: run after run and table after table, from the oldest, as each has its changes listed. The versions
/// themselves are looked up.
/// </summary>
internal sealed class ChangesCursor(DiskSnapshot snapshot, long from, long to) : IVersionCursor
{
    // The source after the current one, counted from the newest; runs after tables.
    private int _nextSource = snapshot.View.Recent.Length + snapshot.View.Runs.Length;
    private Run? _run;
    private RecentTable? _table;

    // In a run: the next block, and what is left of the one before it. In a table: the next version.
    private int _block;
    private byte[] _bytes = [];
    private int _position;
    private long _offset;
    private int _next;
    private int _count;
    private byte[] _key = [];
    private int _keyLength;

    public VersionView Current
    {
        get
        {
            bool isFound = snapshot.TryFind(_key.AsSpan(0, _keyLength), _offset + 1, out VersionView version);
            Invariant.Holds(isFound && version.Offset.Value == _offset, "a version that was listed is there");
            return version;
        }
    }

    public bool MoveNext()
    {
        while (true)
        {
            if (_table is not null ? MoveNextInTable(_table) : _run is not null && MoveNextInRun(_run))
            {
                return true;
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
        StoreView view = snapshot.View;
        _run = null;
        _table = null;
        if (source < view.Recent.Length)
        {
            _table = view.Recent[source];
            _count = _table.VersionCount;
            _next = _table.FirstVersionSince(from, _count);
        }
        else if (view.Runs[source - view.Recent.Length] is { } run && run.State.To.Value > from && run.State.From.Value < to)
        {
            _run = run;
            _block = run.Changes.FindSince(from);
            _bytes = [];
            _position = 0;
        }
    }

    private bool MoveNextInTable(RecentTable table)
    {
        while (_next < _count)
        {
            ref VersionFields version = ref table.Version(table.VersionAt(_next++));
            if (version.Offset >= to)
            {
                _next = _count;
                return false;
            }

            int key = version.Key;
            if (key != VersionFields.Replaced)
            {
                Show(table.KeyAt(key), version.Offset);
                return true;
            }
        }

        return false;
    }

    private bool MoveNextInRun(Run run)
    {
        while (true)
        {
            var changes = new ChangeBlock(_bytes, _position, _offset);
            while (_position < _bytes.Length && changes.MoveNext())
            {
                _position = changes.Position;
                _offset = changes.Offset;
                if (_offset >= to)
                {
                    _block = run.Changes.Count;
                    _bytes = [];
                    return false;
                }

                if (_offset >= from)
                {
                    Show(changes.Key, _offset);
                    return true;
                }
            }

            if (changes.IsMalformed && _bytes.Length > 0)
            {
                throw run.Malformed(run.Changes.PositionOf(_block - 1));
            }

            if (_block >= run.Changes.Count)
            {
                return false;
            }

            byte[] block = new byte[run.Changes.SizeOf(_block)];
            run.ReadExactly(block, run.Changes.PositionOf(_block));
            _bytes = run.Verify(block, run.Changes.PositionOf(_block)).ToArray();
            _block++;
            _position = 0;
        }
    }

    private void Show(ReadOnlySpan<byte> key, long offset)
    {
        if (key.Length > _key.Length)
        {
            _key = new byte[2 * key.Length];
        }

        key.CopyTo(_key);
        _keyLength = key.Length;
        _offset = offset;
    }
}
