using System.Collections.Immutable;
using Duramen.Core.Ids;

namespace Duramen.State.Store.Memory;

/// <summary>What a store in memory published at once.</summary>
internal sealed class MemorySnapshot(ImmutableSortedSet<KeyVersions> keys, Offset position, Offset horizon) : IStoreSnapshot
{
    public Offset Position => position;

    public Offset Horizon => horizon;

    public bool TryGet(ReadOnlySpan<byte> key, Offset asOf, out VersionView version)
    {
        StoreRefusals.CheckAsOf(asOf, horizon, position);
        version = default;
        int index = keys.IndexOf(new KeyVersions(key.ToArray(), []));
        if (index >= 0)
        {
            version = keys[index].View(keys[index].IndexAsOf(asOf.Value));
        }

        return !version.Value.IsNull;
    }

    public IVersionCursor Scan(KeyRange range, Offset asOf, ScanOrder order = ScanOrder.Ascending)
    {
        StoreRefusals.CheckAsOf(asOf, horizon, position);
        return new ScanCursor(keys, range, asOf.Value, order == ScanOrder.Descending);
    }

    public IVersionCursor History(ReadOnlySpan<byte> key, Offset? from = null)
    {
        int index = keys.IndexOf(new KeyVersions(key.ToArray(), []));
        return new HistoryCursor(index < 0 ? null : keys[index], horizon.Value, from?.Value ?? 0, position.Value);
    }

    public IDifferenceCursor Diff(Offset from, Offset to)
    {
        StoreRefusals.CheckAsOf(from, horizon, position);
        StoreRefusals.CheckAsOf(to, horizon, position);
        return new DiffCursor(keys, from.Value, to.Value);
    }

    public IVersionCursor Changes(Offset from, Offset to)
    {
        StoreRefusals.CheckAsOf(from, horizon, position);
        StoreRefusals.CheckAsOf(to, horizon, position);
        return new ChangesCursor(keys, from.Value, to.Value);
    }

    /// <summary>Nothing to give back: what is immutable is collected.</summary>
    public void Dispose()
    {
    }

    private sealed class ScanCursor(ImmutableSortedSet<KeyVersions> keys, KeyRange range, long asOf, bool isDescending) : IVersionCursor
    {
        private readonly int _first = First(keys, range.From);
        private readonly int _end = range.Until is { } until ? First(keys, until) : keys.Count;
        private int _count;
        private KeyVersions? _current;
        private int _version;

        public VersionView Current => _current!.View(_version);

        public bool MoveNext()
        {
            while (_first + _count < _end)
            {
                _current = isDescending ? keys[_end - 1 - _count] : keys[_first + _count];
                _count++;
                _version = _current.IndexAsOf(asOf);
                if (_version >= 0 && _current.Versions[_version].Value is not null)
                {
                    return true;
                }
            }

            return false;
        }

        public void Dispose()
        {
        }

        private static int First(ImmutableSortedSet<KeyVersions> keys, ReadOnlyMemory<byte> key)
        {
            int index = keys.IndexOf(new KeyVersions(key.ToArray(), []));
            return index < 0 ? ~index : index;
        }
    }

    private sealed class HistoryCursor : IVersionCursor
    {
        private readonly KeyVersions? _key;
        private readonly long _position;
        private int _current;

        public HistoryCursor(KeyVersions? key, long horizon, long from, long position)
        {
            _key = key;
            _position = position;
            if (from > horizon)
            {
                _current = key?.IndexAsOf(from) ?? -1;
                return;
            }

            int first = key?.IndexAsOf(horizon) ?? -1;
            _current = first >= 0 && key!.Versions[first].Value is not null ? first - 1 : first;
        }

        public VersionView Current => _key!.View(_current);

        public bool MoveNext() => _key is not null && ++_current < _key.Versions.Count && _key.Versions[_current].Offset < _position;

        public void Dispose()
        {
        }
    }

    private sealed class ChangesCursor : IVersionCursor
    {
        private readonly List<(KeyVersions Key, int Version)> _found = [];
        private int _current = -1;

        public ChangesCursor(ImmutableSortedSet<KeyVersions> keys, long from, long to)
        {
            foreach (KeyVersions key in keys)
            {
                for (int version = key.IndexAsOf(from) + 1; version <= key.IndexAsOf(to); version++)
                {
                    _found.Add((key, version));
                }
            }

            _found.Sort((left, right) => left.Key.Versions[left.Version].Offset.CompareTo(right.Key.Versions[right.Version].Offset));
        }

        public VersionView Current => _found[_current].Key.View(_found[_current].Version);

        public bool MoveNext() => ++_current < _found.Count;

        public void Dispose()
        {
        }
    }

    private sealed class DiffCursor(ImmutableSortedSet<KeyVersions> keys, long from, long to) : IDifferenceCursor
    {
        private int _next;

        public DifferenceView Current
        {
            get
            {
                KeyVersions key = keys[_next - 1];
                return new DifferenceView(key.View(key.IndexAsOf(from)), key.View(key.IndexAsOf(to)));
            }
        }

        public bool MoveNext()
        {
            while (_next < keys.Count)
            {
                _next++;
                DifferenceView current = Current;
                if (!current.Before.Value.ContentEquals(current.After.Value))
                {
                    return true;
                }
            }

            return false;
        }

        public void Dispose()
        {
        }
    }
}
