namespace Duramen.Sql;

/// <summary>What a query may take before it is stopped with <see cref="SqlErrors.OverBudget"/>.</summary>
public sealed record QueryBudget
{
    /// <summary>The rows that it may return.</summary>
    public long Rows { get; init; } = 1_000_000;

    /// <summary>
    /// How long it may run, in milliseconds, from the first row that is asked for. The time that whoever takes the rows spends between them counts too.
    /// </summary>
    public long TimeMs { get; init; } = 60_000;

    /// <summary>What SQLite may allocate for sorting, grouping and values, in bytes; queries that run side by side in one process share what their budgets add up to.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;
}
