using System.Diagnostics;
using Duramen.State.Store;

namespace Duramen.Sql.Tests;

public sealed class HostileQueryTests
{
    private static readonly TableCatalog Tables = Sample.Catalog(("orders", Sample.Orders()), ("a.b-c", Sample.Customers()));

    [Theory]
    [InlineData("DELETE FROM orders")]
    [InlineData("INSERT INTO orders(key) VALUES ('x')")]
    [InlineData("UPDATE orders SET value = 1")]
    [InlineData("CREATE TABLE t(a)")]
    [InlineData("CREATE TEMP TABLE t(a)")]
    [InlineData("CREATE VIEW v AS SELECT 1")]
    [InlineData("DROP TABLE sqlite_master")]
    [InlineData("PRAGMA database_list")]
    [InlineData("PRAGMA temp_store = FILE")]
    [InlineData("SELECT * FROM pragma_database_list")]
    [InlineData("ATTACH 'other.db' AS other")]
    [InlineData("VACUUM INTO 'copy.db'")]
    [InlineData("SELECT load_extension('x')")]
    [InlineData("BEGIN")]
    [InlineData("ANALYZE")]
    [InlineData("REINDEX")]
    public async Task Nothing_but_reading_is_allowed(string sql)
    {
        SqlException error = await Tables.RefusedAsync(sql);

        Assert.True(error.Code == SqlErrors.Refused || error.Message.Contains("may not be modified", StringComparison.Ordinal), error.Message);
        Assert.Equal(["2"], await Tables.AskAsync("SELECT count(*) FROM orders"));
    }

    [Theory]
    [InlineData("SELEC key FROM orders", "at character 1: 'SELEC key FROM orders'")]
    [InlineData("SELECT 'ü', FROM orders", "at character 13: 'FROM orders'")]
    [InlineData("SELECT nokey FROM orders", "No such column: nokey, at character 8")]
    [InlineData("SELECT nofunction(key) FROM orders", "No such function: nofunction")]
    [InlineData("SELECT (1", "Incomplete input")]
    [InlineData("", "There is no statement")]
    [InlineData(" -- nothing", "There is no statement")]
    [InlineData("SELECT 1; SELECT 2", "There is more than one statement, at character 10: ' SELECT 2'")]
    [InlineData("SELECT 1; -- one\nSELECT 2", "There is more than one statement")]
    [InlineData("SELECT 1; SELEC", "There is more than one statement")]
    [InlineData("SELECT 1;\0", "There is more than one statement")]
    [InlineData("SELECT 1\0, 2", "There is more than one statement")]
    [InlineData("SELECT * FROM page-views", "Put names with dots, dashes or an @ into double quotes")]
    [InlineData(".tables", "SELECT * FROM duramen_topics lists the topics")]
    [InlineData("SHOW TABLES", "SELECT * FROM duramen_topics lists the topics")]
    [InlineData("SELECT * FROM orders(NULL)", "it is NULL")]
    public async Task What_is_no_query_is_refused_with_the_place(string sql, string message)
    {
        SqlException error = await Tables.RefusedAsync(sql);

        Assert.Equal(SqlErrors.Malformed, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT count(*) FROM orders;")]
    [InlineData("SELECT count(*) FROM orders ; ;\t;\r\n")]
    [InlineData("SELECT count(*) FROM orders; -- all of them")]
    [InlineData("-- How many?\nSELECT count(*) /* rows */ FROM orders;\n/* and\nthat is it */ -- ;\n")]
    public async Task Comments_and_semicolons_are_no_statements(string sql) => Assert.Equal(["2"], await Tables.AskAsync(sql));

    [Theory]
    [InlineData("SELECT * FROM missing", "There is no table 'missing'")]
    [InlineData("SELECT * FROM ORDERS", "There is no table 'ORDERS'")]
    [InlineData("SELECT * FROM \"missing@history\"", "There is no table 'missing@history'")]
    [InlineData("SELECT * FROM a.b", "There is no table 'a.b'")]
    public async Task A_table_that_there_is_not_is_named(string sql, string message)
    {
        SqlException error = await Tables.RefusedAsync(sql);

        Assert.Equal(SqlErrors.UnknownTable, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_dots_and_dashes_is_quoted()
    {
        Assert.Equal(["2"], await Tables.AskAsync("SELECT count(*) FROM \"a.b-c\""));
        SqlException error = await Sample.Catalog(("a.b", Sample.Orders())).RefusedAsync("SELECT * FROM a.b");
        Assert.Contains("Write \"a.b\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_tables_whose_names_differ_in_case_are_not_taken_for_each_other()
    {
        TableCatalog tables = Sample.Catalog(("Orders", Sample.Orders()), ("orders", Sample.Customers()));

        Assert.Equal(["2"], await tables.AskAsync("SELECT count(*) FROM orders WHERE key IN ('alice', 'bob')"));
        SqlException error = await tables.RefusedAsync("SELECT count(*) FROM orders AS a JOIN Orders AS b ON a.key = b.key");
        Assert.Contains("which are two tables", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_have_a_budget()
    {
        Assert.Equal(2, (await Tables.AskAsync("SELECT * FROM orders", new QueryBudget { Rows = 2 })).Length);
        SqlException error = await Tables.RefusedAsync("SELECT * FROM orders", new QueryBudget { Rows = 1 });
        Assert.Equal((SqlErrors.OverBudget, nameof(QueryBudget.Rows)), (error.Code, error.Budget));
    }

    [Theory]
    [InlineData("SELECT count(*) FROM orders a, orders b, orders c, orders d")]
    [InlineData("SELECT sum(length(a.value || b.value)) FROM orders a, orders b, orders c, orders d")]
    [InlineData("SELECT group_concat(a.value || b.value) FROM orders a, orders b, orders c")]
    [InlineData("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")]
    [InlineData("SELECT count(*) FROM orders a, orders b, orders c, orders d WHERE a.value LIKE '%a%b%c%d%e%'")]
    public async Task A_query_that_would_run_for_ever_is_stopped_when_its_time_is_over(string sql)
    {
        IStoreSnapshot large = Sample.Versions([.. Enumerable.Range(0, 2_000).Select(number => ($"k{number}", (string?)"abcdefgh"))]);
        long memory = Process.GetCurrentProcess().PrivateMemorySize64;

        SqlException error = await Sample.Catalog(("orders", large)).RefusedAsync(sql, new QueryBudget { TimeMs = 200 });

        Assert.Equal((SqlErrors.OverBudget, nameof(QueryBudget.TimeMs)), (error.Code, error.Budget));
        Assert.InRange(Process.GetCurrentProcess().PrivateMemorySize64 - memory, long.MinValue, 512L << 20);
    }

    [Theory]
    [InlineData("SELECT * FROM orders a, orders b, orders c ORDER BY random()")]
    [InlineData("SELECT DISTINCT a.key || b.key || c.key FROM orders a, orders b, orders c")]
    [InlineData("SELECT randomblob(100000000)")]
    [InlineData("SELECT length(hex(randomblob(7000000)) || hex(randomblob(7000000)))")]
    public async Task A_query_that_would_take_all_memory_is_stopped(string sql)
    {
        IStoreSnapshot large = Sample.Versions([.. Enumerable.Range(0, 2_000).Select(number => ($"k{number}", (string?)"abcdefgh"))]);

        SqlException error = await Sample.Catalog(("orders", large)).RefusedAsync(sql, new QueryBudget { MemoryBytes = 16 << 20 });

        Assert.Equal((SqlErrors.OverBudget, nameof(QueryBudget.MemoryBytes)), (error.Code, error.Budget));
        Assert.Equal(["2"], await Tables.AskAsync("SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task A_query_is_cancelled_while_it_looks_for_a_row()
    {
        IStoreSnapshot large = Sample.Versions([.. Enumerable.Range(0, 2_000).Select(number => ($"k{number}", (string?)"v"))]);
        using TableQuery query = await TableQuery.PrepareAsync("SELECT count(*) FROM orders a, orders b, orders c, orders d", Sample.Catalog(("orders", large)));
        using var cancelling = new CancellationTokenSource();
        Task<bool> running = Task.Run(() => query.MoveNext(cancelling.Token));

        await cancelling.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_value_that_cannot_be_computed_with_is_an_error_with_a_way_around_it()
    {
        TableCatalog tables = Sample.Catalog(("t", Sample.Versions(("a", "{"), ("b", """{"x":1}"""))));

        SqlException error = await tables.RefusedAsync("SELECT value ->> '$.x' FROM t");
        Assert.Equal(SqlErrors.Failed, error.Code);
        Assert.Contains("json_valid(value)", error.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await tables.AskAsync("SELECT value ->> '$.x' FROM t WHERE json_valid(value)"));
    }

    [Fact]
    public async Task Text_of_any_kind_is_a_query_or_an_error()
    {
        string[] words = ["SELECT", "FROM", "orders", "key", "(", ")", "'", "\"", ",", "*", "WITH", "a", "AS", "1", "json_each", "value", "->>", "'$.x'", "\0", "ü", ";", "GROUP BY", "IN", "orders(1)", "--"];
        var chance = new Core.Random.Prng(7);
        for (int round = 0; round < 3_000; round++)
        {
            string sql = string.Join(' ', Enumerable.Range(0, 1 + chance.NextInt32(12)).Select(_ => words[chance.NextInt32(words.Length)]));
            try
            {
                await Tables.AskAsync(sql);
            }
            catch (Core.Errors.DuramenException)
            {
                // As it should be.
            }
        }

        Assert.Equal(["2"], await Tables.AskAsync("SELECT count(*) FROM orders"));
    }
}
