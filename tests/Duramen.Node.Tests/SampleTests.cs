using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Duramen.Node.Tests;

/// <summary>The samples run, and the documents show them as they are.</summary>
public sealed partial class SampleTests
{
    private static readonly string Root = Path.GetFullPath(Metadata("RepositoryRoot"));

    [Theory]
    [InlineData("README.md", 1)]
    [InlineData("docs/embedding.md", 8)]
    [InlineData("docs/client.md", 5)]
    [InlineData("docs/replay.md", 3)]
    [InlineData("docs/sql.md", 1)]
    [InlineData("docs/tables.md", 5)]
    public void The_code_in_documents_is_that_of_the_samples(string document, int count)
    {
        string page = File.ReadAllText(Path.Combine(Root, document));
        MatchCollection snippets = Snippet().Matches(page);
        Assert.Equal(count, snippets.Count);
        Assert.Equal(count, page.Split("```csharp").Length - 1);
        foreach (Match snippet in snippets)
        {
            string file = snippet.Groups["file"].Value;
            Assert.Contains(Unindented(snippet.Groups["code"].Value), Unindented(File.ReadAllText(Path.Combine(Root, file))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_hosted_node_on_a_folder_has_at_the_second_run_what_it_got_at_the_first()
    {
        string folder = Directory.CreateTempSubdirectory("duramen-").FullName;
        try
        {
            Assert.Equal("0: hello\n", await RunHostAsync(folder));
            Assert.Equal("0: hello\n1: hello\n", await RunHostAsync(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunHostAsync(string folder)
    {
        using Process sample = Process.Start(new ProcessStartInfo("dotnet", [Metadata("HostingSample"), folder]) { RedirectStandardOutput = true })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        string output = await sample.StandardOutput.ReadToEndAsync(patience.Token);
        await sample.WaitForExitAsync(patience.Token);
        Assert.Equal(0, sample.ExitCode);
        return output;
    }

    // The page may show a part of a file without the indentation it has there.
    private static string Unindented(string code) => Indentation().Replace(code, "");

    private static string Metadata(string key) =>
        typeof(SampleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;

    [GeneratedRegex("""^<!-- (?<file>samples/\S+) -->\n```csharp\n(?<code>.+?)^```""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();
}
