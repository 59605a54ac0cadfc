using Duramen.Core.Binary;
using Duramen.Sql.Sqlite;

namespace Duramen.Sql;

/// <summary>
/// A condition in SQL over the named values of one row, such as <c>value ->> '$.status' = 'paid'</c>; compiled once, asked for many rows. One owner, one thread at a time.
/// </summary>
public sealed class RowExpression : IDisposable
{
    // The expression stands on lines of its own, so that a comment at its end does not hide what follows.
    private const string Before = "SELECT (\n";

    private readonly QueryWatch _watch;
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _statement;

    private RowExpression(string expression, IReadOnlyList<string> columns, QueryBudget budget)
    {
        _watch = new QueryWatch(budget);
        _database = new SqliteDatabase(_watch);
        try
        {
            string row = string.Join(", ", columns.Select((column, index) => $"?{index + 1} AS {Tables.TableNames.Quote(column)}"));
            if (!_database.TryPrepare($"{Before}{expression}\n) IS TRUE FROM (SELECT {row})", out _statement, out string table, expression))
            {
                throw SqlRefusals.Malformed($"A condition on one row knows no table, and not '{table}'", expression, -1);
            }

            if (_statement.ColumnCount != 1 || _statement.ParameterCount != columns.Count)
            {
                _statement.Dispose();
                throw SqlRefusals.Malformed("It has to be one expression, without parameters", expression, -1);
            }
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>Compiles a condition.</summary>
    /// <param name="expression">An expression; it holds where it is true, and not where it is false or NULL.</param>
    /// <param name="columns">The names of the values of a row.</param>
    /// <param name="budget">What one row may take.</param>
    /// <exception cref="SqlException"><see cref="SqlErrors.Malformed"/>, <see cref="SqlErrors.Refused"/>, <see cref="SqlErrors.Unavailable"/>.</exception>
    public static RowExpression Compile(string expression, IReadOnlyList<string> columns, QueryBudget? budget = null)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(columns);
        return new RowExpression(expression, columns, budget ?? new QueryBudget());
    }

    /// <summary>Sets a value of the row to bytes: text where they are UTF-8, else a blob, or NULL. It stays until it is set again.</summary>
    public void Set(int column, NullableBytes value) => _statement.Bind(column + 1, value);

    /// <summary>Sets a value of the row to a number, or to NULL.</summary>
    public void Set(int column, long? value)
    {
        if (value is long number)
        {
            _statement.Bind(column + 1, number);
        }
        else
        {
            _statement.Bind(column + 1, NullableBytes.Null);
        }
    }

    /// <summary>Whether the condition holds for the row.</summary>
    /// <exception cref="SqlException"><see cref="SqlErrors.Failed"/>, <see cref="SqlErrors.OverBudget"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool Holds(CancellationToken cancellationToken = default)
    {
        _watch.Restart();
        _watch.Watch(cancellationToken);
        try
        {
            return _statement.TryStep() && _statement.Column(0).Integer != 0;
        }
        finally
        {
            // What is bound cannot be changed in the middle of a row.
            _statement.Reset();
        }
    }

    /// <summary>Gives the expression back.</summary>
    public void Dispose()
    {
        _statement.Dispose();
        _database.Dispose();
    }
}
