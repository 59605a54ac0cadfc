using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>The page about the command line shows what really happens.</summary>
public sealed partial class DocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunningServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_example_prints_what_the_page_says()
    {
        string page = File.ReadAllText(Path.Combine(Executable.RepositoryRoot, "docs", "cli.md"));
        int examples = 0;
        foreach (Match block in Block().Matches(page))
        {
            foreach (Match example in Example().Matches(block.Groups["text"].Value))
            {
                string actual = Shell(example.Groups["command"].Value);
                string expected = Regex.Escape(example.Groups["output"].Value).Replace(@"\.\.\.", ".*", StringComparison.Ordinal);
                Assert.Matches($"^{expected}$", actual);
                examples++;
            }
        }

        Assert.True(examples >= 30, $"{examples} examples");
        foreach (Match command in Regex.Matches(Executable.Do("--help").Output, "^  ((?:log|topic|group|audit|table) [a-z]+|produce|consume|sql|replay)", RegexOptions.Multiline))
        {
            Assert.Matches($@"(?m)^\$ .*duramen {command.Groups[1].Value}(?: |$)", page);
        }
    }

    // Both streams, as a reader at a terminal sees them, and the exit code when it is not 0.
    private string Shell(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{{ {command}\n}} 2>&1 || echo \"exit code $?\""])
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Executable.Path)}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["DURAMEN_BOOTSTRAP"] = _server.Bootstrap;
        using Process shell = Process.Start(start)!;
        string output = shell.StandardOutput.ReadToEnd();
        Executable.End(shell);
        return output;
    }

    [GeneratedRegex("""^```console\n(?<text>.*?)^```""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("""^\$ (?<command>.*)\n(?<output>(?:(?!\$ ).*\n)*)""", RegexOptions.Multiline)]
    private static partial Regex Example();
}
