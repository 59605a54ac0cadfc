namespace Duramen.Sql;

/// <summary>Where a query finds the tables that it names.</summary>
public interface ITableCatalog
{
    /// <summary>Finds a table by its exact name, ready to be read; null when there is none.</summary>
    ValueTask<QueryTable?> FindAsync(string name, CancellationToken cancellationToken);
}
