using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.Sql.Tests;

/// <summary>Counts what is read of a snapshot.</summary>
internal sealed class CountingSnapshot(IStoreSnapshot inner) : IStoreSnapshot
{
    public int LookUps { get; private set; }

    /// <summary>The steps of cursors, those behind the end included.</summary>
    public int Versions { get; private set; }

    public Offset Position => inner.Position;

    public Offset Horizon => inner.Horizon;

    public bool TryGet(ReadOnlySpan<byte> key, Offset asOf, out VersionView version)
    {
        LookUps++;
        return inner.TryGet(key, asOf, out version);
    }

    public IVersionCursor Scan(KeyRange range, Offset asOf, ScanOrder order = ScanOrder.Ascending) => new Cursor(this, inner.Scan(range, asOf, order));

    public IVersionCursor History(ReadOnlySpan<byte> key, Offset? from = null) => new Cursor(this, inner.History(key, from));

    public IDifferenceCursor Diff(Offset from, Offset to) => inner.Diff(from, to);

    public IVersionCursor Changes(Offset from, Offset to) => new Cursor(this, inner.Changes(from, to));

    public void Dispose() => inner.Dispose();

    private sealed class Cursor(CountingSnapshot owner, IVersionCursor inner) : IVersionCursor
    {
        public VersionView Current => inner.Current;

        public bool MoveNext()
        {
            owner.Versions++;
            return inner.MoveNext();
        }

        public void Dispose() => inner.Dispose();
    }
}
