using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>The pages with examples of a console show what really happens.</summary>
public sealed partial class DocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunningServer _server = new();

    public DocumentTests() => File.Copy(Executable.Assembly("ReplayingHistory"), Path.Combine(_folder.Root, "ReplayingHistory.dll"));

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("cli.md", 30)]
    [InlineData("http.md", 10)]
    [InlineData("sql.md", 10)]
    [InlineData("time-travel.md", 10)]
    [InlineData("replay.md", 4)]
    public void Every_example_prints_what_the_page_says(string name, int least)
    {
        int examples = 0;
        string session = "";
        foreach (Match block in Block().Matches(Page(name)))
        {
            foreach (Match example in Example().Matches(block.Groups["text"].Value))
            {
                string command = example.Groups["command"].Value.Replace("http://127.0.0.1:8080/", $"http://{_server.Http}/", StringComparison.Ordinal);
                if (Assignment().IsMatch(command))
                {
                    // What a page keeps in a variable is there in the commands that follow.
                    session += $"{command}\n";
                    continue;
                }

                string expected = Regex.Escape(example.Groups["output"].Value).Replace(@"\.\.\.", ".*", StringComparison.Ordinal);
                Assert.Matches($"^{expected}$", Shell(session + command));
                examples++;
            }
        }

        Assert.True(examples >= least, $"{examples} examples");
    }

    [Fact]
    public void The_page_has_an_example_of_every_command()
    {
        foreach (Match command in Regex.Matches(Executable.Do("--help").Output, "^  ((?:log|topic|group|audit|table|entity) [a-z]+|produce|consume|sql|replay)", RegexOptions.Multiline))
        {
            Assert.Matches($@"(?m)^\$ .*duramen {command.Groups[1].Value}(?: |$)", Page("cli.md"));
        }
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(Executable.RepositoryRoot, "docs", name));

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

    [GeneratedRegex("^[a-z]+=")]
    private static partial Regex Assignment();

    [GeneratedRegex("""^\$ (?<command>.*)\n(?<output>(?:(?!\$ ).*\n)*)""", RegexOptions.Multiline)]
    private static partial Regex Example();
}
