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

        Assert.Equal(["3"], Executable.Do("table", "get", _folder.Data, "t", "a").Lines);
        Assert.Equal(["1"], Executable.Do("table", "get", _folder.Data, "t", "a", "--as-of", "2").Lines);
        Assert.Empty(Executable.Do("table", "scan", _folder.Data, "t", "--as-of", "@0").Output);
        string now = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        Assert.Equal(["a", "b"], Keys(Executable.Do("table", "scan", _folder.Data, "t", "--as-of", $"@{now}", "--output", "json")));
    }

    [Fact]
    public void A_scan_is_bounded_by_a_prefix_or_by_keys()
    {
        Append("a=1\nab=2\nb=3\nba=4\n");

        Assert.Equal(["a", "ab"], Keys(Executable.Do("table", "scan", _folder.Data, "t", "--prefix", "a", "--output", "json")));
        Assert.Equal(["ab", "b"], Keys(Executable.Do("table", "scan", _folder.Data, "t", "--from", "ab", "--to", "ba", "--output", "json")));
        Assert.Equal(2, Executable.Run([], "table", "scan", _folder.Data, "t", "--prefix", "a", "--to", "b").ExitCode);
    }

    [Fact]
    public void A_moment_that_is_beyond_the_end_or_none_is_refused()
    {
        Append("a=1\n");

        Executable.Run([], "table", "get", _folder.Data, "t", "a", "--as-of", "2").Failed("store-beyond-position");
        Assert.Equal(2, Executable.Run([], "table", "diff", _folder.Data, "t", "1", "yesterday").ExitCode);
        Executable.Run([], "table", "scan", _folder.Data, "other").Failed("log-not-found");
    }

    [Fact]
    public void A_table_that_is_kept_answers_as_one_that_is_not()
    {
        string table = $"{_folder.Root}/table";
        Append("a=1\nb=2\n");
        string first = Executable.Do("table", "scan", _folder.Data, "t", "--table", table).Output;
        Append("a=3\nc=4\n");
        string kept = Executable.Do("table", "scan", _folder.Data, "t", "--table", table).Output;

        Assert.Equal(Executable.Do("table", "scan", _folder.Data, "t").Output, kept);
        Assert.NotEqual(first, kept);
        Assert.Equal(
            Executable.Do("table", "diff", _folder.Data, "t", "2", "end").Output, Executable.Do("table", "diff", _folder.Data, "t", "2", "end", "--table", table).Output);
    }

    private void Append(string lines) => Executable.Run(lines, "log", "append", _folder.Data, "t", "--key-delimiter", "=").Succeeded();

    private static string[] Keys(Outcome outcome) =>
        [.. outcome.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()!)];
}
