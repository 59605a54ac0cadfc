using Duramen.State.Store.Merging;

namespace Duramen.State.Store.Disk;

/// <summary>The keys of a range with a value as of an offset.</summary>
internal sealed class ScanCursor : IVersionCursor
{
    private readonly MergedVersions _versions;
    private readonly KeyRange _range;
    private readonly long _asOf;

    public ScanCursor(MergedVersions versions, KeyRange range, long asOf)
    {
        _versions = versions;
        _range = range;
        _asOf = asOf;
        _versions.Seek(range.From.Span);
    }

    public VersionView Current => _versions.Current.View;

    public bool MoveNext()
    {
        while (_versions.MoveNextKey())
        {
            if (_range.IsBehind(_versions.Current.Key))
            {
                return false;
            }

            if (_versions.MoveToAsOf(_asOf) && !_versions.Current.IsRemoval)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _versions.Dispose();
}
