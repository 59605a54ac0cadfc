using System.Text;
using Duramen.Sql.Sqlite;

namespace Duramen.Sql.Tables;

/// <summary>The tables that a query can name, in the order of their names.</summary>
internal sealed class TopicList(IEnumerable<TableSummary> tables) : IVirtualTable
{
    private readonly TableSummary[] _tables = [.. tables.OrderBy(table => table.Name, StringComparer.Ordinal)];

    public string Declaration => "CREATE TABLE topics(name TEXT PRIMARY KEY, partitions INTEGER) WITHOUT ROWID";

    public bool TryPlan(ref SqliteIndexInfo info)
    {
        info.Rows = _tables.Length;
        info.Cost = _tables.Length;
        return true;
    }

    public IVirtualCursor Open() => new Cursor(_tables);

    private sealed class Cursor(TableSummary[] tables) : IVirtualCursor
    {
        private int _row;

        public bool IsAtEnd => _row >= tables.Length;

        public void Begin(int plan, ReadOnlySpan<SqliteValue> arguments) => _row = 0;

        public void MoveNext() => _row++;

        public void Write(int column, SqliteResult result)
        {
            if (column == 0)
            {
                result.Bytes(Encoding.UTF8.GetBytes(tables[_row].Name));
            }
            else
            {
                result.Integer(tables[_row].Partitions);
            }
        }

        public void Dispose()
        {
        }
    }
}
