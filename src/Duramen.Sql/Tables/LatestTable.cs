using Duramen.Core.Ids;
using Duramen.Sql.Sqlite;
using Duramen.State.Store;

namespace Duramen.Sql.Tables;

/// <summary>A row for each key that has a value as of the moment.</summary>
internal sealed class LatestTable(QueryTable source, QueryWatch watch) : PartitionedTable(source, watch)
{
    public override string Declaration => TableColumns.Latest;

    protected override int OrderColumn => TableColumns.Key;

    protected override bool IsFoundByOffset => false;

    protected override bool IsInOrder => true;

    public override IVirtualCursor Open() => new Cursor(this);

    private sealed class Cursor(LatestTable table) : RowCursor(table)
    {
        private IStoreSnapshot? _snapshot;
        private Offset _asOf;
        private IReadOnlyList<KeyScan> _scans = [];
        private int _next;

        protected override bool TryBegin(IStoreSnapshot snapshot, Offset asOf)
        {
            _next = 0;
            if (Arguments.Key is not null)
            {
                _scans = [];
                return LookUp(snapshot, asOf);
            }

            _snapshot = snapshot;
            _asOf = asOf;
            _scans = Arguments.Scans();
            return false;
        }

        protected override IVersionCursor? NextWalk() => _next < _scans.Count ? _snapshot!.Scan(_scans[_next++].Range, _asOf) : null;

        protected override bool IsWanted(VersionView version) => _scans[_next - 1].Takes(version.Key);
    }
}
