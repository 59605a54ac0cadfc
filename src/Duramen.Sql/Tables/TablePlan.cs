using Duramen.Sql.Sqlite;

namespace Duramen.Sql.Tables;

/// <summary>
/// What a table is told about a reading of it: which of these there is a value for. The values come in the order of these, each at most once. All but the moment are a
/// promise to leave out only rows that the query does not want: SQLite checks the others itself.
/// </summary>
[Flags]
internal enum TablePlan
{
    None = 0,

    /// <summary>The moment to read as of.</summary>
    Moment = 1,

    Partition = 2,

    Key = 4,

    /// <summary>No key below.</summary>
    KeyFrom = 8,

    /// <summary>No key above.</summary>
    KeyTo = 16,

    /// <summary>No offset below.</summary>
    OffsetFrom = 32,

    /// <summary>No offset above.</summary>
    OffsetTo = 64,

    /// <summary>The rows come in the order that the table can give; has no value.</summary>
    Ordered = 128,
}
