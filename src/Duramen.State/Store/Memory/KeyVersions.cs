using System.Collections.Immutable;

namespace Duramen.State.Store.Memory;

/// <summary>A key with its versions, oldest first.</summary>
internal sealed record KeyVersions(byte[] Key, ImmutableList<StoredVersion> Versions)
{
    /// <summary>The order of keys.</summary>
    public static Comparer<KeyVersions> ByKey { get; } =
        Comparer<KeyVersions>.Create((left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));

    /// <summary>The place of the last version as of an offset; -1 when there is none.</summary>
    public int IndexAsOf(long asOf)
    {
        int low = 0;
        int high = Versions.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (Versions[middle].Offset < asOf)
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

    /// <summary>A version for a reader; without a version one that has no value.</summary>
    public VersionView View(int index) => index < 0 ? new VersionView(Key, default, default, default) : Versions[index].View(Key);
}
