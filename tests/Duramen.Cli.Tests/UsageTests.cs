using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private static readonly string[] Commands =
    [
        "audit",
        "audit check",
        "audit prove",
        "audit seal",
        "audit verify",
        "bench append",
        "bench compact",
        "bench consume",
        "bench delete",
        "bench entity",
        "bench latency",
        "bench machine",
        "bench produce",
        "bench recover",
        "bench replay",
        "bench table",
        "consume",
        "entity append",
        "entity read",
        "group delete",
        "group describe",
        "group list",
        "group reset",
        "log alter",
        "log append",
        "log compact",
        "log create",
        "log delete",
        "log dump",
        "log inspect",
        "log list",
        "log read",
        "log trim",
        "log verify",
        "produce",
        "quickstart",
        "replay",
        "server",
        "simulate",
        "sql",
        "table bisect",
        "table diff",
        "table get",
        "table history",
        "table scan",
        "topic alter",
        "topic create",
        "topic delete",
        "topic describe",
        "topic list",
        "topic trim",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Help_lists_every_command_and_only_those_that_exist()
    {
        string help = Executable.Do("--help").Output;

        Assert.Equal(Commands, Regex.Matches(help, "^  ((?:log|bench|topic|group|audit|table|entity) [a-z]+|audit(?= TOPIC)|server|simulate|produce|consume|quickstart|sql|replay)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order());
        Assert.Equal(help, Executable.Do("-h").Output);
        Assert.Equal(Executable.Do("log", "read", "--help").Output, Executable.Do("--help", "log", "read").Output);
        Assert.Contains("no command 'nonsense'", Executable.Run([], "--help", "nonsense").Errors, StringComparison.Ordinal);
        foreach (string command in Commands)
        {
            string own = Executable.Do([.. command.Split(' '), "--help"]).Output;
            Assert.Contains($"Usage: duramen {command} ", own, StringComparison.Ordinal);
            Assert.Matches($"Examples:\n  .*duramen {command}\\b", own);
        }
    }

    [Fact]
    public void The_version_is_one_line() => Assert.Matches(@"^duramen \d+\.\d+\.\d+[^\n]*\n$", Executable.Do("--version").Output);

    [Theory]
    [InlineData]
    [InlineData("log")]
    [InlineData("nonsense")]
    [InlineData("log", "nonsense")]
    [InlineData("--nonsense")]
    [InlineData("log", "read")]
    [InlineData("log", "read", "FOLDER")]
    [InlineData("log", "read", "FOLDER", "t", "more")]
    [InlineData("log", "read", "FOLDER", "t", "--nonsense")]
    [InlineData("log", "read", "FOLDER", "t", "--count")]
    [InlineData("log", "read", "FOLDER", "t", "--count", "many")]
    [InlineData("log", "read", "FOLDER", "t", "--count", "1", "--count", "2")]
    [InlineData("log", "read", "FOLDER", "t", "--from", "yesterday")]
    [InlineData("log", "read", "FOLDER", "t", "--output", "xml")]
    [InlineData("log", "read", "FOLDER", "t", "--follow=yes")]
    [InlineData("log", "append", "FOLDER", "t", "--key-delimiter", "")]
    [InlineData("log", "append", "FOLDER", "t", "--compression", "zip")]
    [InlineData("log", "append", "FOLDER", "t", "--batch", "0")]
    [InlineData("log", "alter", "FOLDER", "t")]
    [InlineData("log", "alter", "FOLDER", "t", "--segment-bytes", "0")]
    [InlineData("log", "trim", "FOLDER", "t", "-1")]
    [InlineData("log", "trim", "FOLDER", "t", "x")]
    [InlineData("topic")]
    [InlineData("topic", "create")]
    [InlineData("topic", "create", "t", "--partitions", "0")]
    [InlineData("topic", "create", "t", "--config", "retention.ms")]
    [InlineData("topic", "create", "t", "--config", "a=1", "--config", "a=2")]
    [InlineData("topic", "alter", "t")]
    [InlineData("topic", "alter", "t", "--config", "a=1", "--unset", "a")]
    [InlineData("produce")]
    [InlineData("produce", "t", "--acks", "2")]
    [InlineData("produce", "t", "--headers", "=x")]
    [InlineData("produce", "t", "--key-delimiter", "")]
    [InlineData("consume", "t", "--from", "yesterday")]
    [InlineData("consume", "t", "--from", "@-1")]
    [InlineData("consume", "t", "--group", "g", "--partition", "0")]
    [InlineData("consume", "t", "--group", "g", "--from", "end")]
    [InlineData("sql")]
    [InlineData("sql", "SELECT 1", "--output", "xml")]
    [InlineData("sql", "SELECT 1", "--max-rows", "-1")]
    [InlineData("table", "bisect", "t", "k")]
    [InlineData("table", "bisect", "t", "--where", "1", "--linear")]
    [InlineData("replay", "t")]
    [InlineData("replay", "t", "--assembly", "x.dll", "--from", "yesterday")]
    [InlineData("group", "reset", "g")]
    [InlineData("group", "reset", "g", "--topic", "t", "--to", "there")]
    public void Wrong_usage_is_exit_code_2_with_a_hint_and_makes_nothing(params string[] words)
    {
        string[] arguments = [.. words.Select(word => word == "FOLDER" ? _folder.Data : word)];

        Outcome outcome = Executable.Run([], arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Contains("--help'", outcome.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Theory]
    [InlineData("--segment-bytes", "0", "256 to 2147483648")]
    [InlineData("--segment-bytes", "2147483649", "256 to 2147483648")]
    [InlineData("--cleanup", "all", "none, delete, compact, compact,delete")]
    [InlineData("--retention-ms", "-2", "-1 or more")]
    [InlineData("--retention-ms", "9223372036854775808", "-1 or more")]
    [InlineData("--retention-bytes", "-2", "-1 or more")]
    [InlineData("--segment-ms", "0", "1 or more")]
    [InlineData("--segment-jitter-ms", "-1", "0 or more")]
    [InlineData("--min-compaction-lag-ms", "-1", "0 or more")]
    [InlineData("--max-compaction-lag-ms", "0", "1 or more")]
    [InlineData("--delete-retention-ms", "1.5", "0 or more")]
    [InlineData("--min-cleanable-ratio", "1.1", "0 to 1")]
    [InlineData("--min-cleanable-ratio", "NaN", "0 to 1")]
    public void A_value_outside_the_range_of_an_option_is_wrong_usage_and_the_message_has_the_range(string option, string value, string range)
    {
        foreach (string command in (string[])["create", "append"])
        {
            Outcome outcome = Executable.Run([], "log", command, _folder.Data, "t", option, value);

            Assert.Equal(2, outcome.ExitCode);
            Assert.StartsWith($"duramen: {option} is '{value}' and must be ", outcome.Errors, StringComparison.Ordinal);
            Assert.Contains(range, outcome.Errors, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public void Help_has_the_range_of_every_number()
    {
        Assert.Matches("--batch N .*; 1 to 1000000\n", Executable.Do("log", "append", "--help").Output);
        Assert.Matches("--size BYTES .*; 1048576 or more\n", Executable.Do("bench", "replay", "--help").Output);
        foreach (string command in Commands)
        {
            string help = Executable.Do([.. command.Split(' '), "--help"]).Output;
            Assert.All(
                help.Split('\n').Where(line => line.StartsWith("  --", StringComparison.Ordinal) && (line.Contains(" N ", StringComparison.Ordinal) || line.Contains(" BYTES ", StringComparison.Ordinal))),
                line => Assert.Matches("; -?[0-9]+ (or more|to [0-9]+)$", line));
        }

        Assert.Matches("130: .*143: ", Executable.Do("--help").Output);
        Assert.Contains("delete,compact", Executable.Do("log", "create", "--help").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topic list", "topc", "list")]
    [InlineData("topic list", "topic", "lst")]
    [InlineData("topic list", "topics", "list")]
    [InlineData("topic", "toipc")]
    [InlineData("server", "servr", "--data", "x")]
    [InlineData("--version", "--verison")]
    [InlineData("--bootstrap", "topic", "list", "--bootstrp", "x")]
    [InlineData("--help", "topic", "list", "--hlep")]
    public void A_word_that_is_nearly_a_command_or_an_option_is_asked_about(string meant, params string[] words)
    {
        Outcome outcome = Executable.Run([], words);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"Did you mean '{meant}'?", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("topic", "nonsense")]
    [InlineData("list")]
    [InlineData("topic", "list", "--nonsense")]
    public void A_word_that_is_near_nothing_is_not_asked_about(params string[] words) =>
        Assert.DoesNotContain("Did you mean", Executable.Run([], words).Errors, StringComparison.Ordinal);

    [Fact]
    public void A_group_without_a_command_says_which_there_are() =>
        Assert.Contains("'topic create', 'topic list', 'topic describe', 'topic alter', 'topic trim', 'topic delete'", Executable.Run([], "topic").Errors, StringComparison.Ordinal);

    [Fact]
    public void The_word_help_is_the_option()
    {
        Assert.Equal(Executable.Do("--help").Output, Executable.Do("help").Output);
        Assert.Equal(Executable.Do("topic", "--help").Output, Executable.Do("help", "topic").Output);
        Assert.Equal(Executable.Do("topic", "list", "--help").Output, Executable.Do("help", "topic", "list").Output);
    }

    [Theory]
    [InlineData(36)]
    [InlineData(59)]
    [InlineData(80)]
    [InlineData(500)]
    public void Help_fits_the_terminal_as_far_as_its_words_do_and_keeps_all_of_them(int columns)
    {
        foreach (string command in (string[])["", "consume", "simulate", "log read"])
        {
            using Process terminal = Executable.StartProgram("script", "-qec", $"stty cols {columns} && exec {Executable.Path} {command} --help", "/dev/null");
            terminal.StandardInput.Close();
            string shown = terminal.StandardOutput.ReadToEnd().ReplaceLineEndings("\n");
            Executable.End(terminal);

            string help = Executable.Do([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Output;
            Assert.Equal(help.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries), shown.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
            Assert.All(shown.Split('\n').TakeWhile(line => line != "Examples:"), line => Assert.True(line.Length <= columns || !line.Trim().Contains(' ', StringComparison.Ordinal), line));
            Assert.Equal(columns == 500, shown == help);
        }
    }

    [Fact]
    public void An_empty_argument_is_called_empty_and_not_missing()
    {
        Assert.Contains("FOLDER is empty", Executable.Run([], "log", "list", "").Errors, StringComparison.Ordinal);
        Executable.Run("k=1\n", "log", "append", _folder.Data, "t", "--key-delimiter", "=").Succeeded();
        Assert.Contains("--data is empty", Executable.Run([], "table", "get", "t", "k", "--data", "").Errors, StringComparison.Ordinal);
        Assert.Contains("--table is empty", Executable.Run([], "table", "get", "t", "k", "--data", _folder.Data, "--table", "").Errors, StringComparison.Ordinal);
        Assert.Contains("--table is empty", Executable.Run([], "sql", "SELECT 1", "--data", _folder.Data, "--table", "").Errors, StringComparison.Ordinal);
        Assert.Contains("--assembly is empty", Executable.Run([], "replay", "t", "--data", _folder.Data, "--assembly", "").Errors, StringComparison.Ordinal);
        Assert.Contains("LOG is empty", Executable.Run([], "log", "read", _folder.Data, "").Errors, StringComparison.Ordinal);
        Assert.Contains("LOG is missing", Executable.Run([], "log", "read", _folder.Data).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_an_error_and_is_not_made()
    {
        foreach (string command in (string[])["list", "inspect", "verify"])
        {
            Executable.Run([], "log", command, _folder.Data).Failed("folder-not-found");
        }

        foreach (string command in (string[])["read", "dump", "delete"])
        {
            Executable.Run([], "log", command, _folder.Data, "t").Failed("folder-not-found");
        }

        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public void A_missing_log_is_an_error()
    {
        Executable.Do("log", "create", _folder.Data, "t");

        foreach (string command in (string[])["read", "dump", "delete", "inspect", "verify"])
        {
            Executable.Run([], "log", command, _folder.Data, "other").Failed("log-not-found");
        }
    }

    [Fact]
    public void A_folder_that_another_process_has_open_is_refused()
    {
        using Process append = Executable.Start("log", "append", _folder.Data, "t", "--acks");
        append.StandardInput.Write("a\n");
        append.StandardInput.Flush();
        Assert.Equal("0", append.StandardOutput.ReadLine());

        Executable.Run([], "log", "list", _folder.Data).Failed("folder-locked");
        Executable.Run([], "log", "verify", _folder.Data).Failed("folder-locked");

        append.StandardInput.Close();
        Executable.End(append);
        Executable.Do("log", "verify", _folder.Data);
    }

    [Fact]
    public void Words_after_two_dashes_are_arguments()
    {
        Executable.Run("a\n", "log", "append", _folder.Data, "--", "--acks").Succeeded();

        Assert.Equal("a\n", Executable.Do("log", "read", _folder.Data, "--", "--acks").Output);
    }
}
