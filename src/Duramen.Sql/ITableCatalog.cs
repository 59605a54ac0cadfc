namespace Duramen.Sql;

/// <summary>Where a query finds the tables that it names.</summary>
public interface ITableCatalog
{
    /// <summary>Finds a table by its exact name, ready to be read; null when there is none.</summary>
    ValueTask<QueryTable?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>The names of the tables there are, in any order, each with the number of its partitions: the rows of <c>duramen_topics</c>. Null, by default, when nobody can say.</summary>
    ValueTask<IReadOnlyList<TableSummary>?> ListAsync(CancellationToken cancellationToken) => new((IReadOnlyList<TableSummary>?)null);
}
