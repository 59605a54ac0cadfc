using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.State.Store.Merging;

namespace Duramen.State.Store.Disk;

/// <summary>Compares two moments by a pass over all keys: for when much was changed between them.</summary>
internal sealed class ComparingCursor : IDifferenceCursor
{
    private readonly MergedVersions _versions;
    private readonly long _from;
    private readonly long _to;
    private readonly long _forgotten;

    // The newer version of the two is kept while its source goes on to the older one.
    private readonly PooledBuffer _key = new();
    private readonly PooledBuffer _value = new();
    private bool _hasNewer;
    private long _newerOffset;
    private long _newerTimestampMs;
    private bool _hasOlder;

    public ComparingCursor(MergedVersions versions, long from, long to, long forgotten)
    {
        _versions = versions;
        _from = from;
        _to = to;
        _forgotten = forgotten;
        _versions.Seek([]);
    }

    public DifferenceView Current
    {
        get
        {
            VersionView newer = new(_key.WrittenSpan, NewerValue, new Offset(_newerOffset), _newerTimestampMs);
            VersionView older = _hasOlder ? _versions.Current.View : new VersionView(_key.WrittenSpan, NullableBytes.Null, default, default);
            return _from <= _to ? new DifferenceView(older, newer) : new DifferenceView(newer, older);
        }
    }

    private NullableBytes NewerValue => _hasNewer ? _value.WrittenSpan : NullableBytes.Null;

    public bool MoveNext()
    {
        while (_versions.MoveNextKey())
        {
            if (!_versions.MoveToAsOf(Math.Max(_from, _to)) || _versions.Current.Offset < Math.Min(_from, _to))
            {
                // There is none, or both moments see the same one.
                continue;
            }

            VersionSource newer = _versions.Current;
            _key.Clear();
            _key.Write(newer.Key);
            _value.Clear();
            _value.Write(newer.Value);
            _hasNewer = !newer.IsRemoval;
            _newerOffset = newer.Offset;
            _newerTimestampMs = newer.TimestampMs;
            _hasOlder = _versions.MoveToAsOf(Math.Min(_from, _to)) && _versions.Current.Offset >= _forgotten;
            NullableBytes older = _hasOlder ? _versions.Current.Value : NullableBytes.Null;
            if (!older.ContentEquals(NewerValue))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        _versions.Dispose();
        _key.Dispose();
        _value.Dispose();
    }
}
