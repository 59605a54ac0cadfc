using System.Text;
using Duramen.Core.Ids;
using Duramen.State.Store;
using Duramen.State.Store.Memory;

namespace Duramen.Sql.Tests;

public sealed class TableQueryTests
{
    [Fact]
    public async Task A_table_has_a_row_for_each_key_that_has_a_value()
    {
        string[] rows = await Sample.Orders().AskAsync("SELECT key, value ->> '$.status', offset, timestamp, partition FROM orders ORDER BY key");

        Assert.Equal([$"order-1|paid|2|{Sample.TimeOf(2)}|0", $"order-3|open|3|{Sample.TimeOf(3)}|0"], rows);
    }

    [Fact]
    public async Task A_star_is_the_five_columns()
    {
        using TableQuery query = await TableQuery.PrepareAsync("SELECT * FROM orders", Sample.Catalog(("orders", Sample.Orders())));

        Assert.Equal(["key", "value", "offset", "timestamp", "partition"], query.Columns);
        Assert.Equal(["orders"], query.Tables);
    }

    [Fact]
    public async Task The_tables_that_can_be_named_are_a_table()
    {
        TableCatalog catalog = Sample.Catalog(("orders", Sample.Orders()), ("customers", Sample.Customers()));

        Assert.Equal(["customers|1", "orders|1"], await catalog.AskAsync("SELECT * FROM duramen_topics"));
        Assert.Equal(["orders"], await catalog.AskAsync("SELECT name FROM Duramen_Topics WHERE name LIKE 'o%' AND partitions = 1"));
        Assert.Equal(["5"], await catalog.AskAsync("SELECT count(*) FROM duramen_topics, duramen_topics AS other, orders WHERE orders.key <> 'order-3' OR other.name = 'orders' AND duramen_topics.name = 'orders'"));
        Assert.Equal(["alice"], await Sample.Catalog(("duramen_topics", Sample.Customers())).AskAsync("SELECT key FROM duramen_topics LIMIT 1"));
        foreach (string own in (string[])["count(*) FROM sqlite_schema", "name FROM sqlite_master", "* FROM Sqlite_Schema", "1 FROM sqlite_temp_schema"])
        {
            SqlException refused = await catalog.RefusedAsync($"SELECT {own}");
            Assert.Equal(SqlErrors.Refused, refused.Code);
            Assert.Contains("SELECT * FROM duramen_topics", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_blobs()
    {
        IStoreSnapshot table = Sample.Versions(([0xFF, 0x00], [0xC3]), ("a"u8.ToArray(), []));

        Assert.Equal(["a|text||text|1", "ff00|blob|c3|blob|0"], await table.AskAsync("SELECT key, typeof(key), value, typeof(value), offset FROM orders ORDER BY key"));
        Assert.Equal(["0"], await table.AskAsync("SELECT offset FROM orders WHERE key = x'FF00'"));
        Assert.Equal(["1"], await table.AskAsync("SELECT offset FROM orders WHERE key = 'a'"));
    }

    [Fact]
    public async Task A_key_of_digits_is_found_by_a_number()
    {
        IStoreSnapshot table = Sample.Versions(("7", "seven"), ("07", "zero-seven"));

        Assert.Equal(["seven"], await table.AskAsync("SELECT value FROM orders WHERE key = 7"));
    }

    [Fact]
    public async Task The_history_has_a_row_for_each_version_and_for_each_removal()
    {
        string[] rows = await Sample.Orders().AskAsync("""SELECT key, offset, value ->> '$.status' FROM "orders@history" ORDER BY offset""");

        Assert.Equal(["order-1|0|open", "order-2|1|open", "order-1|2|paid", "order-3|3|open", "order-2|4|NULL"], rows);
    }

    [Fact]
    public async Task The_history_begins_with_what_there_was_at_the_horizon()
    {
        var store = new MemoryStore();
        foreach (string key in (string[])["b", "a", "b", "c", "a"])
        {
            Offset at = store.Position;
            store.Put(Encoding.UTF8.GetBytes(key), "x"u8, at, 0);
            store.Advance(at.Plus(1));
        }

        store.MoveHorizon(new Offset(3));
        IStoreSnapshot table = store.OpenSnapshot();

        Assert.Equal(["a|1", "b|2", "c|3", "a|4"], await table.AskAsync("""SELECT key, offset FROM "orders@history" ORDER BY offset"""));
        Assert.Equal(["1", "4"], await table.AskAsync("""SELECT offset FROM "orders@history" WHERE key = 'a'"""));
        Assert.Equal(["4"], await table.AskAsync("""SELECT offset FROM "orders@history" WHERE offset > 3"""));
    }

    [Fact]
    public async Task A_table_is_read_as_of_the_moment_that_it_is_given()
    {
        TableCatalog catalog = new TableCatalog().Add("orders", QueryTable.Of(Sample.Orders(), new Offset(2)));

        Assert.Equal(["order-1|open", "order-2|open"], await catalog.AskAsync("SELECT key, value ->> '$.status' FROM orders ORDER BY key"));
        Assert.Equal(["2"], await catalog.AskAsync("""SELECT count(*) FROM "orders@history" """));
    }

    [Fact]
    public async Task An_argument_is_the_moment_of_its_table_alone()
    {
        string[] rows = await Sample.Orders().AskAsync("""
            SELECT b.key, a.value ->> '$.status', b.value ->> '$.status'
            FROM orders(1) AS a JOIN orders AS b ON a.key = b.key
            """);

        Assert.Equal(["order-1|open|paid"], rows);
        Assert.Equal(["0"], await Sample.Orders().AskAsync("SELECT count(*) FROM orders(0)"));
        Assert.Equal(["2"], await Sample.Orders().AskAsync("SELECT count(*) FROM orders('end')"));
        Assert.Equal(["3"], await Sample.Orders().AskAsync("""SELECT count(*) FROM "orders@history"(3)"""));
    }

    [Fact]
    public async Task An_argument_may_come_from_another_table()
    {
        string[] rows = await Sample.Orders().AskAsync("""
            SELECT h.offset, (SELECT count(*) FROM orders(h.offset + 1)) FROM "orders@history" AS h ORDER BY h.offset
            """);

        Assert.Equal(["0|1", "1|2", "2|2", "3|3", "4|2"], rows);
    }

    [Fact]
    public async Task Tables_are_joined()
    {
        TableCatalog catalog = Sample.Catalog(("orders", Sample.Orders()), ("customers", Sample.Customers()));

        string[] rows = await catalog.AskAsync("""
            SELECT o.key, c.value ->> '$.country' FROM orders o JOIN customers c ON c.key = o.value ->> '$.customer' ORDER BY 1
            """);

        Assert.Equal(["order-1|NO", "order-3|NO"], rows);
    }

    [Fact]
    public async Task A_query_goes_back_and_reads_again()
    {
        using TableQuery query = await TableQuery.PrepareAsync("SELECT key FROM orders ORDER BY key", Sample.Catalog(("orders", Sample.Orders())));
        Assert.True(query.MoveNext());

        query.Restart();

        Assert.True(query.MoveNext());
        Assert.Equal("order-1", query[0].ToString());
        Assert.True(query.MoveNext());
        Assert.False(query.MoveNext());
    }

    [Fact]
    public async Task Numbers_and_texts_come_as_what_they_are()
    {
        using TableQuery query = await TableQuery.PrepareAsync("SELECT 1, 1.5, 'ü', x'00ff', NULL, ''", new TableCatalog());
        Assert.True(query.MoveNext());

        Assert.Equal(
            [QueryValueKind.Number, QueryValueKind.Real, QueryValueKind.Text, QueryValueKind.Blob, QueryValueKind.Null, QueryValueKind.Text],
            Enumerable.Range(0, 6).Select(column => query[column].Kind));
        Assert.Equal(1, query[0].Number);
        Assert.Equal(1.5, query[1].Real);
        Assert.Equal("ü"u8.ToArray(), query[2].Bytes.ToArray());
        Assert.Equal([0x00, 0xFF], query[3].Bytes.ToArray());
    }

    [Fact]
    public async Task A_read_that_the_store_refuses_is_refused_with_its_own_error()
    {
        StoreException error = await Assert.ThrowsAsync<StoreException>(() => Sample.Orders().AskAsync("SELECT * FROM orders(99)"));
        Assert.Equal(StoreErrors.BeyondPosition, error.Code);
        error = await Assert.ThrowsAsync<StoreException>(() => Sample.Orders().AskAsync("""SELECT * FROM "orders@history"(99)"""));
        Assert.Equal(StoreErrors.BeyondPosition, error.Code);
    }

    [Fact]
    public async Task An_argument_that_is_no_moment_is_refused()
    {
        SqlException error = await Sample.Catalog(("orders", Sample.Orders())).RefusedAsync("SELECT * FROM orders('yesterday')");

        Assert.Equal(SqlErrors.Malformed, error.Code);
        Assert.Contains("'yesterday'", error.Message, StringComparison.Ordinal);
        Assert.Equal(SqlErrors.Malformed, (await Sample.Catalog(("orders", Sample.Orders())).RefusedAsync("SELECT * FROM orders('@0')")).Code);
    }
}
