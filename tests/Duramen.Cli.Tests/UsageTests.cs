using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private static readonly string[] Commands =
        ["bench append", "bench compact", "bench recover", "bench replay", "log append", "log compact", "log create", "log delete", "log dump", "log inspect", "log list", "log read", "log trim", "log verify", "server"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Help_lists_every_command_and_only_those_that_exist()
    {
        string help = Executable.Do("--help").Output;

        Assert.Equal(Commands, Regex.Matches(help, "^  ((?:log|bench) [a-z]+|server)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order());
        Assert.Equal(help, Executable.Do("-h").Output);
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
    [InlineData("log", "trim", "FOLDER", "t", "-1")]
    [InlineData("log", "trim", "FOLDER", "t", "x")]
    public void Wrong_usage_is_exit_code_2_with_a_hint_and_makes_nothing(params string[] words)
    {
        string[] arguments = [.. words.Select(word => word == "FOLDER" ? _folder.Data : word)];

        Outcome outcome = Executable.Run([], arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Contains("--help'", outcome.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Data));
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
