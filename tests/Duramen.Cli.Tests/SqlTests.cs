using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class SqlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Topics_of_a_running_server_are_joined_and_answer_the_same_when_it_has_stopped()
    {
        using var server = new RunningServer();
        Executable.Run("o1|{\"s\":\"open\",\"c\":\"alice\"}\no2|{\"s\":\"open\",\"c\":\"bob\"}\no1|{\"s\":\"paid\",\"c\":\"alice\"}\n", "produce", "orders", "--key-delimiter", "|", "--bootstrap", server.Bootstrap).Succeeded();
        Executable.Run("alice|NO\nbob|DE\n", "produce", "the.customers-2", "--key-delimiter", "|", "--bootstrap", server.Bootstrap).Succeeded();
        string[][] queries =
        [
            ["SELECT o.key, o.value ->> '$.s' AS status, c.value AS country FROM orders o JOIN \"the.customers-2\" c ON c.key = o.value ->> '$.c' ORDER BY 1"],
            ["SELECT key, value ->> '$.s' FROM \"orders@history\" WHERE key = 'o1' ORDER BY partition, offset", "--output", "csv"],
            ["SELECT * FROM orders ORDER BY key", "--output", "json", "--as-of", "2100-01-01"],
        ];

        string topics = Executable.Do("sql", "SELECT * FROM duramen_topics", "--output", "csv", "--bootstrap", server.Bootstrap).Output;
        Assert.Equal("name,partitions\norders,1\nthe.customers-2,1\n", topics);
        string[] remote = [.. queries.Select(query => Executable.Do(["sql", .. query, "--bootstrap", server.Bootstrap]).Output)];
        server.Stop();

        Assert.Equal("key  status  country\n---  ------  -------\no1   paid    NO\no2   open    DE\n", remote[0]);
        Assert.Equal("key,value ->> '$.s'\no1,open\no1,paid\n", remote[1]);
        Assert.Equal(remote, queries.Select(query => Executable.Do(["sql", .. query, "--data", server.Data]).Output));
        Assert.Equal(topics, Executable.Do("sql", "SELECT * FROM duramen_topics WHERE name NOT LIKE 'duramen.%'", "--output", "csv", "--data", server.Data).Output);
    }

    [Fact]
    public void The_history_and_other_moments_are_tables_too()
    {
        Append("orders", "a=1\nb=2\na=3\n");

        Assert.Equal(["1"], Values("SELECT value FROM orders(1) WHERE key = 'a'"));
        Assert.Equal(["1"], Values("SELECT value FROM orders", "--as-of", "1"));
        Assert.Equal(["2"], Values("-- How many?\nSELECT count(*) FROM orders; -- all of them"));
        Assert.Equal(["1", "2", "3"], Values("SELECT value FROM \"orders@history\" ORDER BY offset"));
        Assert.Equal(["b"], Values("SELECT new.key FROM orders AS new LEFT JOIN orders(1) AS old USING (key) WHERE old.key IS NULL"));
    }

    [Fact]
    public void An_offset_is_no_moment_of_several_topics()
    {
        Append("orders", "a=1\n");
        Append("customers", "b=2\n");

        Outcome outcome = Sql("SELECT count(*) FROM orders, customers", "--as-of", "1");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("Give a time", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(["1"], Values("SELECT count(*) FROM orders, customers", "--as-of", "2100-01-01"));
        Assert.Equal(["0"], Values("SELECT count(*) FROM orders, customers(0)"));
        Assert.Equal(["1"], Values("SELECT count(*) FROM orders, \"orders@history\"", "--as-of", "1"));
    }

    [Fact]
    public void Errors_have_codes_and_places()
    {
        Append("orders", "a=1\nb=2\n");

        Assert.Contains("at character 8: 'FROM orders'", Sql("SELECT FROM orders").Failed("sql-malformed").Errors, StringComparison.Ordinal);
        Assert.Contains("'other'", Sql("SELECT * FROM other").Failed("sql-unknown-table").Errors, StringComparison.Ordinal);
        Assert.Contains("PRAGMA", Sql("PRAGMA table_list").Failed("sql-refused").Errors, StringComparison.Ordinal);
        Assert.Contains("ATTACH", Sql("ATTACH 'x.db' AS x").Failed("sql-refused").Errors, StringComparison.Ordinal);
        Assert.Contains("json_valid", Sql("SELECT '{' ->> '$.a' FROM orders").Failed("sql-failed").Errors, StringComparison.Ordinal);
        Sql("SELECT * FROM orders(99)").Failed("store-beyond-position");
        Sql("SELECT * FROM orders", "--as-of", "99").Failed("store-beyond-position");
        Assert.Equal(2, Sql("SELECT * FROM orders", "--as-of", "yesterday").ExitCode);
    }

    [Fact]
    public void A_budget_that_is_used_up_is_named_with_its_option_and_what_was_found_is_printed()
    {
        Append("orders", string.Concat(Enumerable.Range(0, 3_000).Select(number => $"{number}=value\n")));

        Outcome rows = Sql("SELECT key FROM orders", "--max-rows", "10", "--output", "json").Failed("sql-over-budget");
        Assert.Contains("raise --max-rows", rows.Errors, StringComparison.Ordinal);
        Assert.Equal(10, rows.Lines.Length);
        Assert.Contains("raise --max-time-ms", Sql("SELECT count(*) FROM orders a, orders b, orders c, orders d", "--max-time-ms", "300").Failed("sql-over-budget").Errors, StringComparison.Ordinal);
        Assert.Contains("raise --max-memory", Sql("SELECT * FROM orders a, orders b, orders c ORDER BY random()", "--max-memory", "4000000").Failed("sql-over-budget").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_query_ends()
    {
        Append("orders", "a=1\n");
        using Process query = Executable.Start(
            "sql", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", "--data", _folder.Data, "--max-rows", "9999999999");
        Assert.Equal("i", query.StandardOutput.ReadLine()!.Trim());

        Executable.Signal(query, "-INT");
        query.StandardOutput.ReadToEnd();
        Executable.End(query);

        Assert.Equal(130, query.ExitCode);
    }

    [Fact]
    public void Every_kind_of_value_is_printed_in_every_format()
    {
        Append("t", "a=1\n");
        const string Query = "SELECT 1 AS n, 1.5 AS r, 'a \"b\",c' AS t, '' AS e, x'00ff' AS b, NULL AS z, 'two' AS n FROM t";

        Assert.Equal(
            """{"n":1,"r":1.5,"t":"a \"b\",c","e":"","b":{"base64":"AP8="},"z":null,"n_2":"two"}""" + "\n", Sql(Query, "--output", "json").Succeeded().Output);
        Assert.Equal("n,r,t,e,b,z,n\n1,1.5,\"a \"\"b\"\",c\",\"\",00ff,,two\n", Sql(Query, "--output", "csv").Succeeded().Output);
        Assert.Equal(
            "n    r  t        e  b        z     n\n-  ---  -------  -  -------  ----  ---\n1  1.5  a \"b\",c     x'00ff'  NULL  two\n", Sql(Query).Succeeded().Output);
        Assert.Equal("key\n---\n", Sql("SELECT key FROM t WHERE 0").Succeeded().Output);
    }

    [Fact]
    public void Tables_that_are_kept_answer_as_those_that_are_not()
    {
        string table = $"{_folder.Root}/tables";
        Append("a/b", "k=1\n");
        Assert.Equal("1", Executable.Do("sql", "SELECT value FROM \"a/b\"", "--data", _folder.Data, "--table", table, "--output", "csv").Lines[1]);
        Append("a/b", "k=2\n");
        Assert.Equal("2", Executable.Do("sql", "SELECT value FROM \"a/b\"", "--data", _folder.Data, "--table", table, "--output", "csv").Lines[1]);
    }

    private void Append(string log, string lines) => Executable.Run(lines, "log", "append", _folder.Data, log, "--key-delimiter", "=").Succeeded();

    private Outcome Sql(string query, params string[] options) => Executable.Run([], ["sql", query, "--data", _folder.Data, .. options]);

    /// <summary>The values of a query with one column.</summary>
    private string[] Values(string query, params string[] options) =>
        [.. Sql(query, [.. options, "--output", "json"]).Succeeded().Lines.Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Single().Value.ToString())];
}
