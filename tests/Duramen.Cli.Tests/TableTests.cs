using System.Globalization;
using System.Text.Json;
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
    public void A_scan_is_bounded_by_a_prefix_or_by_keys()
    {
        Append("a=1\nab=2\nb=3\nba=4\n");

        Assert.Equal(["a", "ab"], Keys(Executable.Do("table", "scan", "t", "--data", _folder.Data, "--prefix", "a", "--output", "json")));
        Assert.Equal(["ab", "b"], Keys(Executable.Do("table", "scan", "t", "--data", _folder.Data, "--from", "ab", "--to", "ba", "--output", "json")));
        Assert.Equal(2, Executable.Run([], "table", "scan", "t", "--data", _folder.Data, "--prefix", "a", "--to", "b").ExitCode);
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

    private void Append(string lines) => Executable.Run(lines, "log", "append", _folder.Data, "t", "--key-delimiter", "=").Succeeded();

    private static string[] Keys(Outcome outcome) =>
        [.. outcome.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()!)];
}
