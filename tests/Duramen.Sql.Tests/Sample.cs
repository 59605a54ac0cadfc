using System.Text;
using Duramen.Core.Ids;
using Duramen.State.Store;
using Duramen.State.Store.Memory;

namespace Duramen.Sql.Tests;

/// <summary>Tables in memory for queries, and rows of queries in text.</summary>
internal static class Sample
{
    /// <summary>A version at each offset from 0; a value that is null removes its key.</summary>
    public static IStoreSnapshot Versions(params (string Key, string? Value)[] versions) =>
        Versions([.. versions.Select(version => (Encoding.UTF8.GetBytes(version.Key), version.Value is null ? null : Encoding.UTF8.GetBytes(version.Value)))]);

    public static IStoreSnapshot Versions(params (byte[] Key, byte[]? Value)[] versions)
    {
        var store = new MemoryStore();
        foreach ((byte[] key, byte[]? value) in versions)
        {
            Offset offset = store.Position;
            store.Put(key, value, offset, TimeOf(offset.Value));
            store.Advance(offset.Plus(1));
        }

        return store.OpenSnapshot();
    }

    /// <summary>Orders with a status and an amount, one of which was removed.</summary>
    public static IStoreSnapshot Orders() => Versions(
        ("order-1", """{"status":"open","amount":10,"customer":"alice"}"""),
        ("order-2", """{"status":"open","amount":20,"customer":"bob"}"""),
        ("order-1", """{"status":"paid","amount":10,"customer":"alice"}"""),
        ("order-3", """{"status":"open","amount":5,"customer":"alice"}"""),
        ("order-2", null));

    public static IStoreSnapshot Customers() => Versions(("alice", """{"country":"NO"}"""), ("bob", """{"country":"DE"}"""));

    public static long TimeOf(long offset) => 1_700_000_000_000 + (offset * 10);

    public static TableCatalog Catalog(params (string Name, IStoreSnapshot Snapshot)[] tables)
    {
        var catalog = new TableCatalog();
        foreach ((string name, IStoreSnapshot snapshot) in tables)
        {
            catalog.Add(name, QueryTable.Of(snapshot));
        }

        return catalog;
    }

    /// <summary>Runs a query over one table, and gives its rows with a bar between their values.</summary>
    public static Task<string[]> AskAsync(this IStoreSnapshot orders, string sql, QueryBudget? budget = null) => Catalog(("orders", orders)).AskAsync(sql, budget);

    public static async Task<string[]> AskAsync(this ITableCatalog catalog, string sql, QueryBudget? budget = null)
    {
        using TableQuery query = await TableQuery.PrepareAsync(sql, catalog, budget);
        List<string> rows = [];
        while (query.MoveNext())
        {
            rows.Add(Row(query));
        }

        return [.. rows];
    }

    public static string Row(TableQuery query)
    {
        var row = new List<string>();
        for (int column = 0; column < query.Columns.Count; column++)
        {
            row.Add(query[column].Kind == QueryValueKind.Null ? "NULL" : query[column].ToString());
        }

        return string.Join('|', row);
    }

    public static async Task<SqlException> RefusedAsync(this ITableCatalog catalog, string sql, QueryBudget? budget = null) =>
        await Assert.ThrowsAsync<SqlException>(() => catalog.AskAsync(sql, budget));
}
