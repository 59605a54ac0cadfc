using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Replays;

/// <summary>A snapshot for which an earlier position is now.</summary>
internal sealed class PastSnapshot(IStoreSnapshot snapshot, Offset position) : IStoreSnapshot
{
    public Offset Position => position;

    public Offset Horizon => snapshot.Horizon;

    public bool TryGet(ReadOnlySpan<byte> key, Offset asOf, out VersionView version) => snapshot.TryGet(key, asOf, out version);

    public IVersionCursor Scan(KeyRange range, Offset asOf, ScanOrder order = ScanOrder.Ascending) => snapshot.Scan(range, asOf, order);

    public IVersionCursor History(ReadOnlySpan<byte> key, Offset? from = null) => snapshot.History(key, from);

    public IDifferenceCursor Diff(Offset from, Offset to) => snapshot.Diff(from, to);

    public IVersionCursor Changes(Offset from, Offset to) => snapshot.Changes(from, to);

    public void Dispose() => snapshot.Dispose();
}
