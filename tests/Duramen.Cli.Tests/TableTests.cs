using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class TableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_read_as_of_any_offset_and_time()
    {
        Append("a=1\nb=2\na=3\n");

        Assert.Equal(["3"], Executable.Do("table", "get", "t", "--data", _folder.Data, "a").Lines);
        Assert.Equal(["1"], Executable.Do("table", "get", "t", "--data", _folder.Data, "a", "--as-of", "2").Lines);
        Assert.Empty(Executable.Do("table", "scan", "t", "--data", _folder.Data, "--as-of", "@0").Output);
        string now = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        Assert.Equal(["a", "b"], Keys(Executable.Do("table", "scan", "t", "--data", _folder.Data, "--as-of", $"@{now}", "--output", "json")));
    }

    [Fact]
    public void What_compaction_removed_is_said_where_it_may_be_missing()
    {
        Executable.Run("a=1\nb=1\na=2\n", "log", "append", _folder.Data, "t", "--key-delimiter", "=", "--cleanup", "compact", "--batch", "1").Succeeded();
        Executable.Do("log", "compact", _folder.Data, "t");

        Outcome then = Executable.Do("table", "scan", "t", "--data", _folder.Data, "--as-of", "2");
        Assert.Contains("as of 2 keys and values may be missing: compaction had removed records below 3", then.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", Executable.Do("table", "scan", "t", "--data", _folder.Data).Errors, StringComparison.Ordinal);
        Assert.Contains("may be missing", Executable.Do("sql", "SELECT * FROM t", "--data", _folder.Data, "--as-of", "2").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_compaction_removed_is_said_over_HTTP_where_it_may_be_missing()
    {
        using (var first = new RunningServer(_folder))
        {
            Executable.Do("topic", "create", "t", "--config", "cleanup.policy=compact", "--bootstrap", first.Bootstrap);
            Executable.Run("a:1\nb:1\n", "produce", "t", "--key-delimiter", ":", "--bootstrap", first.Bootstrap).Succeeded();
            Executable.Run("a:2\n", "produce", "t", "--key-delimiter", ":", "--bootstrap", first.Bootstrap).Succeeded();
        }

        string log = Executable.Do("log", "list", _folder.Data, "--output", "json").Json.Select(log => log.GetProperty("log").GetString()!).Single(name => name.StartsWith("t/0/", StringComparison.Ordinal));
        Executable.Do("log", "compact", _folder.Data, log);
        using var server = new RunningServer(_folder);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.Http}") };
        Assert.Equal(["3"], (await http.GetAsync("/v1/tables/t?asOf=2")).Headers.GetValues("Duramen-Whole-From"));
        Assert.False((await http.GetAsync("/v1/tables/t")).Headers.Contains("Duramen-Whole-From"));
    }

    [Fact]
    public void A_topic_of_a_running_server_is_the_same_table_as_its_log_when_the_server_has_stopped()
    {
        using var server = new RunningServer();
        Executable.Run("a:1\nb:2\na:3\n", "produce", "orders", "--key-delimiter", ":", "--bootstrap", server.Bootstrap).Succeeded();

        Assert.Equal(["3"], Executable.Do("table", "get", "orders", "a", "--bootstrap", server.Bootstrap).Lines);
        string[] commands = ["scan orders", "scan orders --as-of 2 --output json", "history orders a", "diff orders 1 end"];
        string[] remote = [.. commands.Select(command => Executable.Do(["table", .. command.Split(' '), "--bootstrap", server.Bootstrap]).Output)];
        server.Stop();
        Assert.Equal(remote, commands.Select(command => Executable.Do(["table", .. command.Split(' '), "--data", server.Data]).Output));
        Assert.All(remote, output => Assert.NotEmpty(output));
    }

    [Fact]
    public void The_partitions_of_a_topic_are_one_table_over_the_wire_and_in_a_folder()
    {
        using var server = new RunningServer();
        Executable.Do("topic", "create", "orders", "--partitions", "3", "--bootstrap", server.Bootstrap);
        Produce(server, "c:1\na:1\n", partition: 0);
        Produce(server, "b:1\nb:2\n", partition: 2);
        Produce(server, "a:2\n", partition: 1);

        string[] over = ["--bootstrap", server.Bootstrap];
        Assert.Equal("a\t1\t1\tT\t0\na\t2\t0\tT\t1\nb\t2\t1\tT\t2\nc\t1\t0\tT\t0\n", Rows("scan", over));
        Assert.Equal("b\t1\t0\tT\t2\n", Rows("scan", [.. over, "--as-of", "0:0,1:0,2:1"]));
        Assert.Equal("changed\tb\t1\t2\t2\nadded\tc\t\t1\t0\n", Rows("diff", [.. over, "0:0,1:1,2:1", "0:1,1:1,2:2"]));
        Assert.Equal("a\t1\t1\tT\t0\na\t2\t0\tT\t1\n", Rows("history", [.. over, "a"]));
        Assert.Equal(2, Executable.Do(["table", "get", "orders", "b", "--output", "json", .. over]).Json.Single().GetProperty("partition").GetInt32());
        Executable.Run([], ["table", "get", "orders", "a", .. over]).Failed("table-key-ambiguous");
        Assert.Equal("2\n", Executable.Do(["table", "get", "orders", "a", "--partition", "1", .. over]).Output);
        foreach (string asOf in new[] { "2", "0:1", "0:1,1:1,2:1,3:1" })
        {
            Outcome wrong = Executable.Run([], ["table", "scan", "orders", "--as-of", asOf, .. over]);
            Assert.Equal(2, wrong.ExitCode);
            Assert.Contains("0:N,1:N,2:N", wrong.Errors, StringComparison.Ordinal);
        }

        string now = DateTimeOffset.UtcNow.AddMinutes(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        string all = Executable.Do(["table", "scan", "orders", "--as-of", now, "--output", "json", .. over]).Output;
        Assert.Equal(4, all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        server.Stop();
        Assert.Equal(all, Executable.Do("table", "scan", "orders", "--as-of", now, "--output", "json", "--data", server.Data).Output);
    }

    [Fact]
    public void A_scan_is_bounded_by_a_prefix_or_by_keys()
    {
        Append("a=1\nab=2\nb=3\nba=4\n");

        Assert.Equal(["a", "ab"], Keys(Executable.Do("table", "scan", "t", "--data", _folder.Data, "--prefix", "a", "--output", "json")));
        Assert.Equal(["ab", "b"], Keys(Executable.Do("table", "scan", "t", "--data", _folder.Data, "--from", "ab", "--to", "ba", "--output", "json")));
        Assert.Equal(["b", "ab", "a"], Keys(Executable.Do("table", "scan", "t", "--data", _folder.Data, "--to", "ba", "--reverse", "--output", "json")));
        Assert.Equal(2, Executable.Run([], "table", "scan", "t", "--data", _folder.Data, "--prefix", "a", "--to", "b").ExitCode);
    }

    [Fact]
    public void A_key_that_no_argument_can_have_is_named_in_base_64()
    {
        byte[] lines = [.. "=empty\nbase64:=mark\n\uFFFD=sign\n"u8, 0xFF, 0xFE, .. "=bytes\na"u8, 0, .. "b=zero\n"u8];
        Executable.Run(lines, "log", "append", _folder.Data, "t", "--key-delimiter", "=").Succeeded();

        Assert.Equal(["empty"], Get("base64:"));
        Assert.Equal(["mark"], Get("base64:YmFzZTY0Og=="));
        Assert.Equal(["sign"], Get("base64:77-9"));
        Assert.Equal(["bytes"], Get("base64://4="));
        Assert.Equal(["bytes"], Get("base64:__4"));
        Assert.Equal(["zero"], Get("base64:YQBi"));
        Assert.Equal(2, Executable.Run([], "table", "get", "t", "base64:a", "--data", _folder.Data).ExitCode);
        Assert.Equal("bytes", Executable.Do("table", "scan", "t", "--prefix", "base64:/w", "--output", "json", "--data", _folder.Data).Json.Single().GetProperty("value").GetString());
        Assert.Single(Executable.Do("table", "history", "t", "base64:__4", "--data", _folder.Data).Lines);
        Assert.StartsWith("a\0b\tzero\t", Executable.Do("table", "bisect", "t", "base64:YQBi", "--where", "value = 'zero'", "--data", _folder.Data).Output, StringComparison.Ordinal);
        Assert.Equal(["bytes"], Executable.Do("entity", "read", "t", "base64:__4", "--data", _folder.Data).Lines);

        string[] Get(string key) => Executable.Do("table", "get", "t", key, "--data", _folder.Data).Lines;
    }

    [Fact]
    public void A_moment_that_is_beyond_the_end_or_none_is_refused()
    {
        Append("a=1\n");

        Executable.Run([], "table", "get", "t", "--data", _folder.Data, "a", "--as-of", "2").Failed("store-beyond-position");
        Assert.Equal(2, Executable.Run([], "table", "diff", "t", "--data", _folder.Data, "1", "yesterday").ExitCode);
        Executable.Run([], "table", "scan", "other", "--data", _folder.Data).Failed("log-not-found");
    }

    [Fact]
    public void A_table_that_is_kept_answers_as_one_that_is_not()
    {
        string table = $"{_folder.Root}/table";
        Append("a=1\nb=2\n");
        string first = Executable.Do("table", "scan", "t", "--data", _folder.Data, "--table", table).Output;
        Append("a=3\nc=4\n");
        string kept = Executable.Do("table", "scan", "t", "--data", _folder.Data, "--table", table).Output;

        Assert.Equal(Executable.Do("table", "scan", "t", "--data", _folder.Data).Output, kept);
        Assert.NotEqual(first, kept);
        Assert.Equal(
            Executable.Do("table", "diff", "t", "--data", _folder.Data, "2", "end").Output, Executable.Do("table", "diff", "t", "--data", _folder.Data, "2", "end", "--table", table).Output);
    }

    [Fact]
    public void The_record_since_which_a_condition_holds_is_found_by_reading_few_versions()
    {
        Append(string.Concat(Enumerable.Range(0, 2_000).Select(number => $"{(number % 2 == 0 ? "even" : "odd")}={number}\n")));
        string[] bisect = ["table", "bisect", "t", "odd", "--data", _folder.Data, "--where"];

        Outcome found = Executable.Do([.. bisect, "CAST(value AS INTEGER) >= 1500"]);
        Assert.StartsWith("odd\t1501\t1501\t", found.Output, StringComparison.Ordinal);
        Assert.Matches(@"^duramen: 1?\d versions read\.\n$", found.Errors);
        Assert.Equal(found.Output, Executable.Do([.. bisect, "CAST(value AS INTEGER) >= 1500", "--linear"]).Output);
        Assert.StartsWith("odd\t1\t1\t", Executable.Do([.. bisect, "1"]).Output, StringComparison.Ordinal);
        Assert.Equal(1, Executable.Run([], [.. bisect, "value = 'x'"]).ExitCode);
        Assert.Equal(1, Executable.Run([], [.. bisect, "CAST(value AS INTEGER) >= 1500", "--as-of", "1500"]).ExitCode);
        Assert.Contains("Incomplete input, at character 8: the end.", Executable.Run([], [.. bisect, "value ="]).Failed("sql-malformed").Errors, StringComparison.Ordinal);
        Assert.StartsWith("odd\t9\t9\t", Executable.Do("table", "bisect", "t", "--data", _folder.Data, "--where", "max(offset) >= 9").Output, StringComparison.Ordinal);
        foreach (string ofRows in (string[])["value = '9'", "1", "(SELECT true)"])
        {
            Assert.Contains("is a condition on a row", Executable.Run([], "table", "bisect", "t", "--data", _folder.Data, "--where", ofRows).Failed("sql-malformed").Errors, StringComparison.Ordinal);
        }

        Assert.StartsWith("odd\t9\t9\t", Executable.Do("table", "bisect", "t", "--data", _folder.Data, "--where", "count(*) FILTER (WHERE key = 'odd' AND CAST(value AS INTEGER) >= 9) > 0").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_several_partitions_have_is_bisected_in_the_one_that_is_named()
    {
        using var server = new RunningServer();
        Executable.Do("topic", "create", "t", "--partitions", "2", "--bootstrap", server.Bootstrap);
        Executable.Run("a:1\nb:1\nc:1\nd:1\na:2\nb:2\n", "produce", "t", "--key-delimiter", ":", "--bootstrap", server.Bootstrap).Succeeded();
        string[] where = ["--where", "value = '2'", "--bootstrap", server.Bootstrap];

        Assert.StartsWith("a\t2\t", Executable.Do(["table", "bisect", "t", "a", .. where]).Output, StringComparison.Ordinal);
        Assert.StartsWith("b\t2\t", Executable.Do(["table", "bisect", "t", "b", .. where]).Output, StringComparison.Ordinal);
        Assert.Equal(1, Executable.Run([], ["table", "bisect", "t", "none", .. where]).ExitCode);
        Assert.Equal(2, Executable.Run([], ["table", "bisect", "t", .. where]).ExitCode);
    }

    private void Append(string lines) => Executable.Run(lines, "log", "append", _folder.Data, "t", "--key-delimiter", "=").Succeeded();

    private static void Produce(RunningServer server, string lines, int partition) =>
        Executable.Run(lines, "produce", "orders", "--key-delimiter", ":", "--partition", $"{partition}", "--bootstrap", server.Bootstrap).Succeeded();

    // Times are when the test ran.
    private static string Rows(string command, string[] arguments) =>
        Regex.Replace(Executable.Do(["table", command, "orders", .. arguments]).Output, @"\t\d{13}", "\tT");

    private static string[] Keys(Outcome outcome) =>
        [.. outcome.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()!)];
}
