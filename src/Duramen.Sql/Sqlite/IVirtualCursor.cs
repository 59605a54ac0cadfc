namespace Duramen.Sql.Sqlite;

/// <summary>A walk over the rows of a table.</summary>
internal interface IVirtualCursor : IDisposable
{
    /// <summary>Whether it is behind the last row.</summary>
    bool IsAtEnd { get; }

    /// <summary>Goes to the first row of a plan; it may be called again.</summary>
    void Begin(int plan, ReadOnlySpan<SqliteValue> arguments);

    void MoveNext();

    /// <summary>Gives a column of the row.</summary>
    void Write(int column, SqliteResult result);
}
