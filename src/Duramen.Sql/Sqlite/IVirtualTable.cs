namespace Duramen.Sql.Sqlite;

/// <summary>A table whose rows are computed here. Whatever it throws ends the query with that exception.</summary>
internal interface IVirtualTable
{
    /// <summary>Its columns, as a CREATE TABLE statement.</summary>
    string Declaration { get; }

    /// <summary>Says how it would be read with the constraints and the order that are wanted; false when it cannot be read that way.</summary>
    bool TryPlan(ref SqliteIndexInfo info);

    IVirtualCursor Open();
}
