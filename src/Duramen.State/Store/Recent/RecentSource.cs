using Duramen.State.Store.Merging;

namespace Duramen.State.Store.Recent;

/// <summary>A walk over some keys of a table, which are sorted, as of an offset: versions at or after it are not there.</summary>
internal sealed class RecentSource(RecentTable table, int[] keys, long asOf) : VersionSource
{
    private int _next;
    private int _version;

    public override void Seek(ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = keys.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (table.KeyAt(keys[middle]).SequenceCompareTo(key) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        _next = low;
        MoveNextKey();
    }

    public override void MoveNextKey()
    {
        while (_next < keys.Length)
        {
            int key = keys[_next++];
            int version = table.FindAsOf(table.NewestOf(key), asOf);
            if (version != 0)
            {
                KeyArray = table.KeyOf(key, out KeyStart, out KeyLength);
                KeyChanged();
                Show(version);
                IsOnVersion = true;
                return;
            }
        }

        IsOnVersion = false;
    }

    public override bool MoveNextVersion()
    {
        // A second version at one offset replaced the first.
        long offset = Offset;
        int version = table.Version(_version).Previous;
        while (version != 0 && table.Version(version).Offset == offset)
        {
            version = table.Version(version).Previous;
        }

        if (version == 0)
        {
            MoveNextKey();
            return false;
        }

        Show(version);
        return true;
    }

    public override bool MoveToAsOf(long asOf)
    {
        int version = table.FindAsOf(_version, asOf);
        if (version == 0)
        {
            MoveNextKey();
            return false;
        }

        Show(version);
        return true;
    }

    public override void Dispose()
    {
    }

    private void Show(int version)
    {
        _version = version;
        ref VersionFields fields = ref table.Version(version);
        Offset = fields.Offset;
        TimestampMs = fields.TimestampMs;
        ValueLength = fields.ValueLength;
        ValueArray = table.ValueOf(version, out ValueStart);
    }
}
