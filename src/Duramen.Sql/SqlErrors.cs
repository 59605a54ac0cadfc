using Duramen.Core.Errors;

namespace Duramen.Sql;

/// <summary>The codes of what a query can be refused for or fail with.</summary>
public static class SqlErrors
{
    /// <summary>The statement cannot be understood; the message has SQLite's own and the place.</summary>
    public static ErrorCode Malformed => new("sql-malformed");

    /// <summary>The statement names a table that there is not.</summary>
    public static ErrorCode UnknownTable => new("sql-unknown-table");

    /// <summary>The statement would do something else than read tables.</summary>
    public static ErrorCode Refused => new("sql-refused");

    /// <summary>The query met values that it cannot compute with, text that is no JSON for example.</summary>
    public static ErrorCode Failed => new("sql-failed");

    /// <summary>The query takes more rows, time or memory than it may; the message says which.</summary>
    public static ErrorCode OverBudget => new("sql-over-budget");

    /// <summary>SQLite's library is not there or cannot be loaded.</summary>
    public static ErrorCode Unavailable => new("sql-unavailable");
}
