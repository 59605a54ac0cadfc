using System.Globalization;
using System.Text;

namespace Duramen.Sql;

/// <summary>The refusals of queries in words.</summary>
internal static class SqlRefusals
{
    // What stands around the place is enough to see it.
    private const int ShownCharacters = 24;

    /// <summary>A statement that does not compile.</summary>
    /// <param name="message">What SQLite says.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="at">The place in its UTF-8 bytes; negative when it is not known.</param>
    /// <param name="written">The part that the user wrote, where that is not all.</param>
    public static SqlException Malformed(string message, string sql, int at, string? written = null)
    {
        if (at < 0)
        {
            return new SqlException(SqlErrors.Malformed, $"{message}.", HintOf(message, at));
        }

        int character = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(sql).AsSpan(0, at)).Length;
        if (written is not null)
        {
            character = Math.Clamp(character - sql.IndexOf(written, StringComparison.Ordinal), 0, written.Length);
            sql = written;
            if (character == written.Length)
            {
                // SQLite names what stands around the part, which the user has never seen.
                message = "Incomplete input";
            }
        }

        string rest = sql[character..];
        string shown = rest.Length == 0 ? "the end" : $"'{(rest.Length > ShownCharacters ? rest[..ShownCharacters] + "..." : rest)}'";
        return new SqlException(SqlErrors.Malformed, string.Create(CultureInfo.InvariantCulture, $"{message}, at character {character + 1}: {shown}."), HintOf(message, character));
    }

    public static SqlException UnknownTable(string name) => new(
        SqlErrors.UnknownTable,
        $"There is no table '{name}': a table is a topic, named exactly, or \"TOPIC{Tables.TableNames.History}\".",
        $"Put names with dots, dashes or an @ into double quotes. SELECT name FROM {Tables.TableNames.Topics} lists those there are.");

    public static SqlException Unquoted(string name) => new(
        SqlErrors.UnknownTable, $"'{name}' is a table, but its name has to be quoted.", $"Write \"{name}\".");

    public static SqlException OnlyCaseDiffers(string name, string other) => new(
        SqlErrors.UnknownTable,
        $"The query names '{name}' and '{other}', which are two tables, and SQL does not see the case of a name.",
        "Ask each of them in a query of its own.");

    public static SqlException NoMoment(string text) => new(
        SqlErrors.Malformed,
        $"The argument of a table is a moment, and '{text}' is none.",
        "Give an offset, P:N,P:N, a time (ISO 8601, or @ with milliseconds since 1970), beginning or end.");

    public static SqlException NoAggregate(string expression) => new(
        SqlErrors.Malformed,
        $"'{expression}' is a condition on a row, and there is a row for each key.",
        "Ask the whole table with an aggregate, such as count(*) FILTER (WHERE ...) > 0, or name a key.");

    public static SqlException NullMoment() => new(
        SqlErrors.Malformed,
        "The argument of a table is a moment, and it is NULL, which says nothing.",
        "Give an offset, P:N,P:N, a time (ISO 8601, or @ with milliseconds since 1970), beginning or end; coalesce(..., 'end') where it is computed.");

    public static SqlException OffsetsOnly() => new(
        SqlErrors.Malformed, "The table is no topic's: a moment of it is an offset, beginning or end, and no time.", "Find the offset of the time first.");

    public static SqlException NotReading(string what) => new(
        SqlErrors.Refused, $"The query was refused: it holds {what}, and a query may only read.", "Write a SELECT; records are appended to topics, not to tables.");

    public static SqlException OwnSchema() => new(
        SqlErrors.Refused, "The query was refused: SQLite's own schema is empty here, since tables are found when they are named.", $"SELECT * FROM {Tables.TableNames.Topics} lists the topics.");

    public static SqlException Failed(string message) => new(
        SqlErrors.Failed,
        $"The query failed: {message}.",
        message.Contains("JSON", StringComparison.Ordinal) ? "Leave out what is no JSON: WHERE json_valid(value)." : "");

    public static SqlException OverRows(QueryBudget budget) => Over(
        nameof(QueryBudget.Rows), $"The query returns more than {Count(budget.Rows)} rows", "Narrow it by WHERE or LIMIT");

    public static SqlException OverTime(QueryBudget budget) => Over(
        nameof(QueryBudget.TimeMs), $"The query ran for {Count(budget.TimeMs)} ms and was stopped", "Narrow it by WHERE, or look at its joins");

    public static SqlException OverMemory(QueryBudget budget) => Over(
        nameof(QueryBudget.MemoryBytes), $"The query needs more than {Count(budget.MemoryBytes)} bytes of memory", "Sort and group less, or narrow it by WHERE");

    public static SqlException Unavailable(Exception cause) => new(
        SqlErrors.Unavailable,
        $"SQLite's library e_sqlite3 cannot be loaded: {cause.Message}",
        "Publish the program for this system, so that the library is beside it.",
        cause);

    private static SqlException Over(string budget, string message, string remedy) =>
        new(SqlErrors.OverBudget, $"{message}, which is its budget.", $"{remedy}, or raise {nameof(QueryBudget)}.{budget}.") { Budget = budget };

    // What people type who know the shells of SQLite and MySQL.
    private static string HintOf(string message, int at) =>
        message.Contains("\"-\"", StringComparison.Ordinal) ? "Put names with dots, dashes or an @ into double quotes."
        : at == 0 && (message.Contains("\".\"", StringComparison.Ordinal) || message.Contains("\"show\"", StringComparison.OrdinalIgnoreCase)) ? $"SELECT * FROM {Tables.TableNames.Topics} lists the topics."
        : "";

    private static string Count(long number) => number.ToString(CultureInfo.InvariantCulture);
}
