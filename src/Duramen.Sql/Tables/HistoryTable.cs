using Duramen.Core.Ids;
using Duramen.Sql.Sqlite;
using Duramen.State.Store;

namespace Duramen.Sql.Tables;

/// <summary>A row for each version of each key that there was as of the moment, removals included: their value is NULL.</summary>
internal sealed class HistoryTable(QueryTable source, QueryWatch watch) : PartitionedTable(source, watch)
{
    public override string Declaration => TableColumns.History;

    protected override int OrderColumn => TableColumns.Offset;

    protected override bool IsFoundByOffset => true;

    protected override bool IsInOrder
    {
        get
        {
            using IVersionCursor before = Source.Partitions[0].Snapshot.Scan(KeyRange.All, Source.Partitions[0].Snapshot.Horizon);
            return !before.MoveNext();
        }
    }

    public override IVirtualCursor Open() => new Cursor(this);

    private sealed class Cursor(HistoryTable table) : RowCursor(table)
    {
        private readonly Queue<Func<IVersionCursor>> _walks = new();
        private Offset _asOf;

        protected override bool TryBegin(IStoreSnapshot snapshot, Offset asOf)
        {
            // A history knows no moment, and would not refuse one that there is not.
            snapshot.TryGet(default, asOf, out _);
            _asOf = asOf;
            _walks.Clear();
            if (Arguments.Key is byte[] key)
            {
                _walks.Enqueue(() => snapshot.History(key, Arguments.From > snapshot.Horizon ? Arguments.From : null));
                return false;
            }

            // What is left of the time before the horizon, as the histories of keys begin with it. It comes in the order of keys.
            if (Arguments.From < snapshot.Horizon)
            {
                _walks.Enqueue(() => snapshot.Scan(KeyRange.All, snapshot.Horizon));
            }

            Offset from = Offset.Max(Arguments.From, snapshot.Horizon);
            Offset until = Offset.Min(Arguments.Until, asOf);
            if (from < until)
            {
                _walks.Enqueue(() => snapshot.Changes(from, until));
            }

            return false;
        }

        protected override IVersionCursor? NextWalk() => _walks.TryDequeue(out Func<IVersionCursor>? open) ? open() : null;

        protected override bool IsWanted(VersionView version) => version.Offset < _asOf;
    }
}
