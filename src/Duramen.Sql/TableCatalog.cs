namespace Duramen.Sql;

/// <summary>Tables by name.</summary>
public sealed class TableCatalog : ITableCatalog
{
    private readonly Dictionary<string, QueryTable> _tables = new(StringComparer.Ordinal);

    /// <summary>Adds a table under a name; the table that had the name before is no longer found.</summary>
    public TableCatalog Add(string name, QueryTable table)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(table);
        _tables[name] = table;
        return this;
    }

    /// <inheritdoc/>
    public ValueTask<QueryTable?> FindAsync(string name, CancellationToken cancellationToken) => new(_tables.GetValueOrDefault(name));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TableSummary>?> ListAsync(CancellationToken cancellationToken) =>
        new([.. _tables.Select(static table => new TableSummary(table.Key, table.Value.Partitions.Count))]);
}
