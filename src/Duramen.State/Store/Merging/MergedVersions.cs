namespace Duramen.State.Store.Merging;

/// <summary>
/// A walk over the keys of several sources, each key once, with its versions newest first. The sources follow each other in time: every version of one is newer than
/// every version of the next, so that versions need no merging, only keys do. Owns its sources.
/// </summary>
internal sealed class MergedVersions : IDisposable
{
    private readonly VersionSource[] _sources;

    // The sources that stand on a version, newest first; and those of them that have the current key.
    private readonly VersionSource[] _active;
    private readonly VersionSource[] _withKey;
    private int _activeCount;
    private int _withKeyCount;
    private int _index;

    /// <param name="sources">Newest first.</param>
    public MergedVersions(VersionSource[] sources)
    {
        _sources = sources;
        _active = new VersionSource[sources.Length];
        _withKey = new VersionSource[sources.Length];
    }

    /// <summary>The current version.</summary>
    public VersionSource Current => _withKey[_index];

    /// <summary>Stands before the first key that is not before a key.</summary>
    public void Seek(ReadOnlySpan<byte> key)
    {
        _activeCount = 0;
        _withKeyCount = 0;
        _index = 0;
        foreach (VersionSource source in _sources)
        {
            source.Seek(key);
            if (source.IsOnVersion)
            {
                _active[_activeCount++] = source;
            }
        }
    }

    /// <summary>Goes to the newest version of the next key; false when there is none.</summary>
    public bool MoveNextKey()
    {
        // Those before the index have gone on already.
        for (; _index < _withKeyCount; _index++)
        {
            _withKey[_index].MoveNextKey();
        }

        _index = 0;
        _withKeyCount = 0;
        int count = 0;
        for (int index = 0; index < _activeCount; index++)
        {
            VersionSource source = _active[index];
            if (!source.IsOnVersion)
            {
                continue;
            }

            _active[count++] = source;
            int order = _withKeyCount == 0 ? -1 : Compare(source, _withKey[0]);
            if (order <= 0)
            {
                _withKeyCount = order < 0 ? 0 : _withKeyCount;
                _withKey[_withKeyCount++] = source;
            }
        }

        _activeCount = count;
        return count > 0;
    }

    /// <summary>Goes to the next older version of the key; false when there is none.</summary>
    public bool MoveNextVersion()
    {
        if (!_withKey[_index].MoveNextVersion())
        {
            _index++;
        }

        return _index < _withKeyCount;
    }

    /// <summary>Goes to the newest version of the key as of an offset, from the current version on; false when there is none.</summary>
    public bool MoveToAsOf(long asOf)
    {
        while (_index < _withKeyCount && !_withKey[_index].MoveToAsOf(asOf))
        {
            _index++;
        }

        return _index < _withKeyCount;
    }

    public void Dispose()
    {
        foreach (VersionSource source in _sources)
        {
            source.Dispose();
        }
    }

    private static int Compare(VersionSource left, VersionSource right) =>
        left.Word != right.Word ? (left.Word < right.Word ? -1 : 1) : left.Key.SequenceCompareTo(right.Key);
}
