namespace Duramen.Sql;

/// <summary>A table that a query can name.</summary>
/// <param name="Name">Its exact name.</param>
/// <param name="Partitions">The number of its partitions.</param>
public sealed record TableSummary(string Name, int Partitions);
