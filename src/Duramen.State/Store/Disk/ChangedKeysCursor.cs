using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.State.Store.Disk;

/// <summary>Compares two moments for the keys that were put between them.</summary>
internal sealed class ChangedKeysCursor(DiskSnapshot snapshot, ChangedKeys keys, Offset from, Offset to, Offset forgotten) : IDifferenceCursor
{
    private int _next;

    public DifferenceView Current
    {
        get
        {
            ReadOnlySpan<byte> key = keys[_next - 1];
            return new DifferenceView(Find(key, from), Find(key, to));
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

    public void Dispose() => keys.Dispose();

    private VersionView Find(ReadOnlySpan<byte> key, Offset asOf) =>
        snapshot.TryGet(key, asOf, out VersionView version) && version.Offset >= forgotten ? version : new VersionView(key, NullableBytes.Null, default, default);
}
