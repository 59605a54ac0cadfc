using Duramen.Core.Ids;
using Duramen.State.Store.Keys;
using Duramen.State.Store.Merging;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>A view with the position that it is read up to.</summary>
internal sealed class DiskSnapshot(StoreView view, Offset position) : IStoreSnapshot
{
    private int _isDisposed;

    public Offset Position => position;

    public Offset Horizon => view.Horizon;

    public StoreView View => view;

    public bool TryGet(ReadOnlySpan<byte> key, Offset asOf, out VersionView version)
    {
        StoreRefusals.CheckAsOf(asOf, Horizon, position);
        return TryFind(key, asOf.Value, out version) && !version.Value.IsNull;
    }

    public IVersionCursor Scan(KeyRange range, Offset asOf, ScanOrder order = ScanOrder.Ascending)
    {
        StoreRefusals.CheckAsOf(asOf, Horizon, position);
        return order == ScanOrder.Descending ? new DescendingCursor(this, range, asOf) : new ScanCursor(Merge(asOf, isLong: false), range, asOf.Value);
    }

    public IVersionCursor History(ReadOnlySpan<byte> key, Offset? from = null) => new HistoryCursor(this, key.ToArray(), from);

    public IDifferenceCursor Diff(Offset from, Offset to) => Diff(from, to, Offset.Zero);

    /// <summary>As the other, without the versions that were put before an offset, which is at or before both.</summary>
    public IDifferenceCursor Diff(Offset from, Offset to, Offset forgotten)
    {
        StoreRefusals.CheckAsOf(from, Horizon, position);
        StoreRefusals.CheckAsOf(to, Horizon, position);
        return ChangedKeys.TryCollect(view, Offset.Min(from, to), Offset.Max(from, to)) is { } changed
            ? new ChangedKeysCursor(this, changed, from, to, forgotten)
            : new ComparingCursor(Merge(Offset.Max(from, to), isLong: true), from.Value, to.Value, forgotten.Value);
    }

    public IVersionCursor Changes(Offset from, Offset to)
    {
        StoreRefusals.CheckAsOf(from, Horizon, position);
        StoreRefusals.CheckAsOf(to, Horizon, position);
        return new ChangesCursor(this, from.Value, to.Value);
    }

    /// <summary>Finds the version of a key that was its last as of an offset, be it a removal.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, long asOf, out VersionView version)
    {
        KeyHash hash = KeyHash.Of(key);
        foreach (RecentTable table in view.Recent)
        {
            int place = table.From.Value < asOf ? table.Find(key, hash, asOf) : 0;
            if (place != 0)
            {
                version = table.View(place);
                return true;
            }
        }

        foreach (Run run in view.Runs)
        {
            if (run.State.From.Value < asOf && run.TryGet(key, hash, asOf, out byte[] block, out BlockEntry entry))
            {
                version = run.View(block, entry);
                return true;
            }
        }

        version = default;
        return false;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            view.References.Release();
        }
    }

    /// <summary>All versions below an offset, in the order of keys.</summary>
    private MergedVersions Merge(Offset asOf, bool isLong)
    {
        var sources = new List<VersionSource>();
        foreach (RecentTable table in view.Recent)
        {
            if (table.From < asOf)
            {
                // Pieces of one table share no key, so that their order does not matter.
                foreach (int[] keys in table.SortedPieces())
                {
                    sources.Add(new RecentSource(table, keys, asOf.Value));
                }
            }
        }

        foreach (Run run in view.Runs)
        {
            if (run.State.From < asOf)
            {
                sources.Add(new RunSource(run, isLong));
            }
        }

        return new MergedVersions([.. sources]);
    }
}
