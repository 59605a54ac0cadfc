using Duramen.Sql.Sqlite;
using Duramen.Sql.Tables;

namespace Duramen.Sql;

/// <summary>
/// A SELECT over tables, run by SQLite, which reads them in place: what it asks for by key, by a range of keys or by offsets is looked up and not gone through.
/// <para>
/// A table has the columns <c>key</c>, <c>value</c>, <c>offset</c>, <c>timestamp</c> and <c>partition</c>, and a row for each key that has a value. Keys and values are text where they are UTF-8, else
/// blobs. <c>"orders@history"</c> has a row for each version, and a <c>value</c> that is NULL for a removal. Either is read as of another moment by an argument:
/// <c>orders(1000)</c>, <c>orders('2026-03-01')</c>. <c>duramen_topics</c> has the <c>name</c> and the number of <c>partitions</c> of each table there is.
/// </para>
/// One owner, one thread at a time.
/// </summary>
public sealed class TableQuery : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly QueryWatch _watch;
    private readonly List<string> _tables = [];
    private SqliteStatement? _statement;
    private long _rows;

    private TableQuery(QueryBudget budget)
    {
        _watch = new QueryWatch(budget);
        _database = new SqliteDatabase(_watch);
    }

    /// <summary>The names of the columns of its rows.</summary>
    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>The tables that it names, in the order in which they were found.</summary>
    public IReadOnlyList<string> Tables => _tables;

    /// <summary>A column of the row that <see cref="MoveNext"/> came to, counted from 0; good until the next.</summary>
    public QueryValue this[int column] => new(_statement!.Column(column));

    /// <summary>Compiles a query and finds its tables.</summary>
    /// <param name="sql">One SELECT.</param>
    /// <param name="catalog">Has the tables; they stay open until the query is disposed.</param>
    /// <param name="budget">What the query may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SqlException">
    /// <see cref="SqlErrors.Malformed"/>, <see cref="SqlErrors.UnknownTable"/>, <see cref="SqlErrors.Refused"/>, <see cref="SqlErrors.Unavailable"/>.
    /// </exception>
    public static ValueTask<TableQuery> PrepareAsync(string sql, ITableCatalog catalog, QueryBudget? budget = null, CancellationToken cancellationToken = default) =>
        PrepareAsync(sql, sql, catalog, budget, cancellationToken);

    /// <summary>Compiles a condition on a whole table, such as <c>sum(value ->> '$.amount') > 1000</c>. Its one row has one column, 1 where the condition is true and 0 where it is not.</summary>
    /// <param name="expression">The condition, an aggregate over the rows of the table.</param>
    /// <param name="table">The name of the table.</param>
    /// <param name="catalog">Has the tables; they stay open until the query is disposed.</param>
    /// <param name="budget">What the query may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SqlException">As <see cref="PrepareAsync(string, ITableCatalog, QueryBudget?, CancellationToken)"/>.</exception>
    public static async ValueTask<TableQuery> PrepareConditionAsync(
        string expression, string table, ITableCatalog catalog, QueryBudget? budget = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(table);
        string name = TableNames.Quote(table);

        // Over no rows an aggregate has one value, and what each row has a value of has none.
        string noRows = $"WITH {name}(key, value, offset, timestamp, partition) AS (SELECT '', '', 0, 0, 0 WHERE 0)\n";
        using (TableQuery empty = await PrepareAsync($"{noRows}SELECT (\n{expression}\n) IS TRUE FROM {name}", expression, catalog, budget, cancellationToken).ConfigureAwait(false))
        {
            if (!empty.MoveNext(cancellationToken))
            {
                throw SqlRefusals.NoAggregate(expression);
            }
        }

        return await PrepareAsync($"SELECT (\n{expression}\n) IS TRUE FROM {name} LIMIT 1", expression, catalog, budget, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<TableQuery> PrepareAsync(string sql, string written, ITableCatalog catalog, QueryBudget? budget, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(catalog);
        var query = new TableQuery(budget ?? new QueryBudget());
        try
        {
            await query.CompileAsync(sql, written, catalog, cancellationToken).ConfigureAwait(false);
            return query;
        }
        catch
        {
            query.Dispose();
            throw;
        }
    }

    /// <summary>Goes on to the next row; false behind the last.</summary>
    /// <exception cref="SqlException"><see cref="SqlErrors.OverBudget"/>, <see cref="SqlErrors.Failed"/>.</exception>
    /// <exception cref="OperationCanceledException">The query was cancelled while it looked for the row.</exception>
    /// <remarks>A table's own failures pass through, such as those of <see cref="Duramen.State.Store.IStoreSnapshot"/>.</remarks>
    public bool MoveNext(CancellationToken cancellationToken = default)
    {
        _watch.Watch(cancellationToken);
        _watch.ThrowIfOver();
        if (!_statement!.TryStep())
        {
            return false;
        }

        return ++_rows <= _watch.Budget.Rows ? true : throw SqlRefusals.OverRows(_watch.Budget);
    }

    /// <summary>Goes back to before the first row. The tables are read again, as they are by then, and the budget begins anew.</summary>
    public void Restart()
    {
        _statement!.Reset();
        _watch.Restart();
        _rows = 0;
    }

    /// <summary>Closes the query; its tables are not its own.</summary>
    public void Dispose()
    {
        _statement?.Dispose();
        _database.Dispose();
    }

    private async ValueTask CompileAsync(string sql, string written, ITableCatalog catalog, CancellationToken cancellationToken)
    {
        // SQLite alone knows what is a table in a statement: it says which one it misses, and is asked again when it has it.
        string missing;
        while (!_database.TryPrepare(sql, out _statement!, out missing, written))
        {
            if (_tables.Contains(missing))
            {
                throw SqlRefusals.Unquoted(missing);
            }

            VirtualTables.Add(_database, missing, await FindAsync(missing, catalog, cancellationToken).ConfigureAwait(false) ?? throw SqlRefusals.UnknownTable(missing));
            _tables.Add(missing);
        }

        foreach (string table in _tables)
        {
            await RefuseOtherCasesAsync(table, sql, catalog, cancellationToken).ConfigureAwait(false);
        }

        string[] columns = new string[_statement.ColumnCount];
        for (int column = 0; column < columns.Length; column++)
        {
            columns[column] = _statement.ColumnName(column);
        }

        Columns = columns;
    }

    private async ValueTask<IVirtualTable?> FindAsync(string name, ITableCatalog catalog, CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } table)
        {
            return new LatestTable(table, _watch);
        }

        // SQLite gives the names of what it does not know as they are written, in any case.
        if (string.Equals(name, TableNames.Topics, StringComparison.OrdinalIgnoreCase) && await catalog.ListAsync(cancellationToken).ConfigureAwait(false) is { } tables)
        {
            return new TopicList(tables);
        }

        return name.EndsWith(TableNames.History, StringComparison.Ordinal)
            && await catalog.FindAsync(name[..^TableNames.History.Length], cancellationToken).ConfigureAwait(false) is { } whole
                ? new HistoryTable(whole, _watch)
                : null;
    }

    /// <summary>Of two tables whose names differ in case only SQLite would read the first for both, so a statement must not hold both names.</summary>
    private static async ValueTask RefuseOtherCasesAsync(string table, string sql, ITableCatalog catalog, CancellationToken cancellationToken)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal) { table };
        for (int at = 0; (at = sql.IndexOf(table, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            int end = at + table.Length;
            string written = sql[at..end];
            bool isName = (at == 0 || !IsPartOfName(sql[at - 1])) && (end == sql.Length || !IsPartOfName(sql[end]));
            if (isName && asked.Add(written) && await catalog.FindAsync(written, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw SqlRefusals.OnlyCaseDiffers(table, written);
            }
        }
    }

    private static bool IsPartOfName(char character) => char.IsLetterOrDigit(character) || character is '_' or '$';
}
