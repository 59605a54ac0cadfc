namespace Duramen.Sql.Tables;

/// <summary>The columns of every table, by their places.</summary>
internal static class TableColumns
{
    public const int Key = 0;
    public const int Value = 1;
    public const int Offset = 2;
    public const int Timestamp = 3;
    public const int Partition = 4;

    /// <summary>Hidden: the argument of the table, <c>orders(1000)</c>.</summary>
    public const int Moment = 5;

    // Comparing a key with a number compares digits, as in every column of text. The key that SQLite is told of tells rows apart.
    public const string Latest = "CREATE TABLE latest(key TEXT, value TEXT, offset INTEGER, timestamp INTEGER, partition INTEGER, as_of HIDDEN, PRIMARY KEY (key, partition)) WITHOUT ROWID";
    public const string History =
        "CREATE TABLE history(key TEXT, value TEXT, offset INTEGER, timestamp INTEGER, partition INTEGER, as_of HIDDEN, PRIMARY KEY (partition, offset, key)) WITHOUT ROWID";
}
