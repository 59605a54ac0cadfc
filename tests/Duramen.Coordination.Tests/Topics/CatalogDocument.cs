using System.Text.RegularExpressions;

namespace Duramen.Coordination.Tests.Topics;

/// <summary>The examples of <c>docs/catalog.md</c>: fenced blocks tagged <c>hex NAME</c>, a field a line, what follows a semicolon being for people.</summary>
internal static partial class CatalogDocument
{
    private static readonly string Document = File.ReadAllText(Path.Combine(FindRoot(), "docs", "catalog.md")).ReplaceLineEndings("\n");

    /// <summary>The names of all examples.</summary>
    public static IEnumerable<string> Names => Block().Matches(Document).Select(match => match.Groups["name"].Value);

    /// <summary>The bytes of an example.</summary>
    public static byte[] Bytes(string name) => Convert.FromHexString(
        NotHex().Replace(Block().Matches(Document).Single(match => match.Groups["name"].Value == name).Groups["body"].Value, ""));

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Duramen.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run the tests from the repository's own build.");
        }

        return folder;
    }

    [GeneratedRegex("""^```hex (?<name>[a-z-]+)\n(?<body>.*?)^```""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("""(?:;[^\n]*|[^0-9A-Fa-f])""")]
    private static partial Regex NotHex();
}
