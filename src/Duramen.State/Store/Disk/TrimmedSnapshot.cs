using Duramen.Core.Ids;

namespace Duramen.State.Store.Disk;

/// <summary>A snapshot without the versions whose records were trimmed from the log, as if the store had been folded from what is left.</summary>
/// <param name="whole">The snapshot with them; disposed with this one.</param>
/// <param name="start">Where the log starts; at most the position of the snapshot.</param>
internal sealed class TrimmedSnapshot(DiskSnapshot whole, Offset start) : IStoreSnapshot
{
    public Offset Position => whole.Position;

    public Offset Horizon { get; } = Offset.Max(whole.Horizon, start);

    public bool TryGet(ReadOnlySpan<byte> key, Offset asOf, out VersionView version)
    {
        StoreRefusals.CheckAsOf(asOf, Horizon, Position);
        return whole.TryGet(key, asOf, out version) && version.Offset >= start;
    }

    public IVersionCursor Scan(KeyRange range, Offset asOf, ScanOrder order = ScanOrder.Ascending)
    {
        StoreRefusals.CheckAsOf(asOf, Horizon, Position);
        return new LeftVersions(whole.Scan(range, asOf, order), start);
    }

    public IVersionCursor History(ReadOnlySpan<byte> key, Offset? from = null) => new LeftVersions(whole.History(key, from), start);

    public IDifferenceCursor Diff(Offset from, Offset to)
    {
        StoreRefusals.CheckAsOf(from, Horizon, Position);
        StoreRefusals.CheckAsOf(to, Horizon, Position);
        return whole.Diff(from, to, start);
    }

    public IVersionCursor Changes(Offset from, Offset to)
    {
        StoreRefusals.CheckAsOf(from, Horizon, Position);
        return whole.Changes(from, to);
    }

    public void Dispose() => whole.Dispose();

    private sealed class LeftVersions(IVersionCursor all, Offset start) : IVersionCursor
    {
        public VersionView Current => all.Current;

        public bool MoveNext()
        {
            while (all.MoveNext())
            {
                if (all.Current.Offset >= start)
                {
                    return true;
                }
            }

            return false;
        }

        public void Dispose() => all.Dispose();
    }
}
