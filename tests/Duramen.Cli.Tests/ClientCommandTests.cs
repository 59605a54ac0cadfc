using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>The commands that talk to a server, against one.</summary>
public sealed class ClientCommandTests : IDisposable
{
    private readonly RunningServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void What_was_produced_is_consumed_byte_for_byte()
    {
        byte[] input = [.. "first\r\n\n"u8, 0xFF, 0x00, 0x7F, .. "\nlast without a line end"u8];
        Do("topic", "create", "t", "--partitions", "1");

        Run(input, "produce", "t").Succeeded();

        Assert.Equal([.. input, (byte)'\n'], Do("consume", "t").OutputBytes);
        JsonElement[] records = Do("consume", "t", "--output", "json").Json;
        Assert.Equal([0, 1, 2, 3], records.Select(record => record.GetProperty("offset").GetInt64()));
        Assert.Equal("/wB/", records[2].GetProperty("value").GetProperty("base64").GetString());
        Assert.All(records, record => Assert.Equal(JsonValueKind.Null, record.GetProperty("key").ValueKind));
    }

    [Fact]
    public void Many_lines_of_many_keys_arrive_once_each_and_in_the_order_of_their_keys()
    {
        string[] lines = [.. Enumerable.Range(0, 50_000).Select(index => $"key {index % 101}\t{index}")];
        Do("topic", "create", "t", "--partitions", "5");

        Run(Encoding.UTF8.GetBytes(string.Join('\n', lines)), "produce", "t", "--key-delimiter", "\\t", "--compression", "lz4").Succeeded();

        IGrouping<string?, JsonElement>[] byKey = [.. Do("consume", "t", "--output", "json").Json.GroupBy(record => record.GetProperty("key").GetString())];
        Assert.Equal(101, byKey.Length);
        Assert.Equal(lines.Length, byKey.Sum(key => key.Count()));
        foreach (IGrouping<string?, JsonElement> key in byKey)
        {
            int[] values = [.. key.Select(record => int.Parse(record.GetProperty("value").GetString()!))];
            Assert.Equal(values.Order(), values);
            Assert.Single(key.Select(record => record.GetProperty("partition").GetInt32()).Distinct());
        }
    }

    [Fact]
    public void A_line_without_its_delimiter_ends_the_input_and_those_before_it_are_produced()
    {
        Do("topic", "create", "t", "--partitions", "1");

        Run("a:1\nb\nc:3\n"u8.ToArray(), "produce", "t", "--key-delimiter", ":").Failed("input-invalid");

        Assert.Equal("1\n", Do("consume", "t").Output);
    }

    [Fact]
    public void Following_prints_each_record_at_once_and_ends_when_interrupted()
    {
        Do("topic", "create", "t", "--partitions", "1");
        using Process follow = Executable.Start("consume", "t", "--follow", "--bootstrap", _server.Bootstrap);
        foreach (string line in (string[])["one", "two"])
        {
            Run(Encoding.UTF8.GetBytes(line), "produce", "t").Succeeded();
            Assert.Equal(line, follow.StandardOutput.ReadLine());
        }

        Executable.Signal(follow, "-INT");
        Executable.End(follow);
        Assert.Equal(130, follow.ExitCode);
    }

    [Fact]
    public void A_group_reads_what_it_has_not_read()
    {
        Do("topic", "create", "t", "--partitions", "1");
        Run("1\n2\n3\n4\n5\n"u8.ToArray(), "produce", "t").Succeeded();

        Assert.Equal("1\n2\n", Do("consume", "t", "--group", "g", "--count", "2").Output);
        Assert.Equal("3\n4\n5\n", Do("consume", "t", "--group", "g").Output);
        Assert.Empty(Do("consume", "t", "--group", "g").Output);
        Do("group", "reset", "g", "--topic", "t", "--to", "4");
        JsonElement offsets = Do("group", "describe", "g", "--output", "json").Json[0].GetProperty("offsets")[0];
        Assert.Equal((4, 5, 1), (offsets.GetProperty("committed").GetInt64(), offsets.GetProperty("end").GetInt64(), offsets.GetProperty("lag").GetInt64()));
    }

    [Fact]
    public void A_topic_is_trimmed_below_an_offset_of_a_partition_or_before_a_time()
    {
        Do("topic", "create", "t", "--partitions", "2");
        Run("a\nb\nc\n"u8.ToArray(), "produce", "t", "--partition", "0").Succeeded();
        Run("d\ne\n"u8.ToArray(), "produce", "t", "--partition", "1").Succeeded();

        Assert.Contains("say which with --partition", Wrong("topic", "trim", "t", "--before", "1"), StringComparison.Ordinal);
        Assert.Contains("has no partition 2", Wrong("topic", "trim", "t", "--before", "1", "--partition", "2"), StringComparison.Ordinal);
        Assert.Contains("--before is 'beginning'", Wrong("topic", "trim", "t", "--before", "beginning"), StringComparison.Ordinal);
        Assert.Contains("t-0 cannot be trimmed below offset 4: it ends at 3", Run([], "topic", "trim", "t", "--before", "4", "--partition", "0").Failed("client-refused").Errors, StringComparison.Ordinal);
        Do("topic", "create", "c", "--config", "cleanup.policy=compact");
        Run("a:1\n"u8.ToArray(), "produce", "c", "--key-delimiter", ":").Succeeded();
        Assert.Contains("cleanup.policy=compact,delete", Run([], "topic", "trim", "c", "--before", "1").Failed("client-refused").Errors, StringComparison.Ordinal);
        Do("topic", "trim", "t", "--before", "1970-01-02");
        Assert.Equal([(0, 3), (0, 2)], Reaches("t"));

        Do("topic", "trim", "t", "--before", "2", "--partition", "0");
        Do("topic", "trim", "t", "--before", "1", "--partition", "0");
        Assert.Equal([(2, 3), (0, 2)], Reaches("t"));

        Do("topic", "trim", "t", "--before", "2100-01-01");
        Run("f\n"u8.ToArray(), "produce", "t", "--partition", "0").Succeeded();
        Assert.Equal([(3, 4), (2, 2)], Reaches("t"));
        Do("topic", "trim", "t", "--before", "end");
        Assert.Equal([(4, 4), (2, 2)], Reaches("t"));
    }

    [Fact]
    public void What_is_not_there_is_an_error_with_its_name()
    {
        foreach (string[] words in (string[][])[["consume", "nothere"], ["topic", "describe", "nothere"], ["topic", "delete", "nothere"], ["group", "describe", "nothere"]])
        {
            Assert.Contains("nothere", Run([], words).Failed("client-refused").Errors, StringComparison.Ordinal);
        }

        Executable.Run([], "topic", "list", "--bootstrap", "127.0.0.1:1").Failed("client-unreachable");
        Assert.Contains("'duramen topic list'", Run([], "consume", "nothere").Errors, StringComparison.Ordinal);
        Assert.Contains("the name 'nothere.invalid' cannot be resolved", Executable.Run([], "topic", "list", "--bootstrap", "nothere.invalid:9092").Failed("client-unreachable").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_none_is_wrong_usage_that_names_where_it_came_from()
    {
        Outcome option = Executable.Run([], "topic", "list", "--bootstrap", "nonsense");
        using Process variable = Executable.StartProgram("env", "DURAMEN_BOOTSTRAP=nonsense", Executable.Path, "topic", "list");
        string said = variable.StandardError.ReadToEnd();
        Executable.End(variable);

        Assert.Equal((2, 2), (option.ExitCode, variable.ExitCode));
        Assert.StartsWith("duramen: --bootstrap is 'nonsense' and must be HOST:PORT", option.Errors, StringComparison.Ordinal);
        Assert.StartsWith("duramen: The environment variable DURAMEN_BOOTSTRAP is 'nonsense' and must be HOST:PORT", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_offset_that_a_partition_does_not_reach_stands_for_its_nearest_end()
    {
        Do("topic", "create", "t", "--partitions", "2");
        Run("0\n1\n2\n"u8.ToArray(), "produce", "t", "--partition", "0").Succeeded();
        Run("a\n"u8.ToArray(), "produce", "t", "--partition", "1").Succeeded();

        Assert.Equal("2\n", Do("consume", "t", "--from", "2").Output);
        Assert.Empty(Do("consume", "t", "--from", "99").Output);
    }

    [Fact]
    public void Offsets_of_a_group_that_has_members_are_not_set_and_the_message_says_why()
    {
        Do("topic", "create", "t", "--partitions", "1");
        Run("1\n"u8.ToArray(), "produce", "t").Succeeded();
        using Process member = Executable.Start("consume", "t", "--group", "g", "--follow", "--bootstrap", _server.Bootstrap);
        Assert.Equal("1", member.StandardOutput.ReadLine());

        Assert.Contains("Group 'g' has members", Run([], "group", "reset", "g", "--topic", "t", "--to", "end").Failed("client-refused").Errors, StringComparison.Ordinal);

        Executable.Signal(member, "-INT");
        Executable.End(member);
        Do("group", "reset", "g", "--topic", "t", "--to", "end");
    }

    [Fact]
    public void The_benchmarks_measure_and_leave_no_topic()
    {
        foreach (string what in (string[])["produce", "consume", "latency"])
        {
            string[] few = what == "latency" ? ["--records", "5"] : ["--size", "1048576"];
            JsonElement[] rows = Do(["bench", what, "--runs", "1", .. few, "--output", "json"]).Json;
            Assert.All(rows, row => Assert.True(row.GetProperty("value").GetDouble() > 0));
            Assert.True(rows.Length >= 2);
        }

        Assert.Empty(Do("topic", "list").Output);
    }

    private string Wrong(params string[] arguments)
    {
        Outcome outcome = Run([], arguments);
        Assert.Equal(2, outcome.ExitCode);
        return outcome.Errors;
    }

    private (long Start, long End)[] Reaches(string topic) =>
        [.. Do("topic", "describe", topic, "--output", "json").Json[0].GetProperty("partitions").EnumerateArray().Select(one => (one.GetProperty("start").GetInt64(), one.GetProperty("end").GetInt64()))];

    private Outcome Do(params string[] arguments) => Run([], arguments).Succeeded();

    private Outcome Run(byte[] input, params string[] arguments) => Executable.Run(input, [.. arguments, "--bootstrap", _server.Bootstrap]);
}
