using System.Text.RegularExpressions;

namespace Duramen.Storage.Tests.Formats;

/// <summary>
/// The examples of <c>docs/formats.md</c>: fenced blocks tagged <c>hex NAME</c>, a field a line, what follows a semicolon being for people;
/// and one tagged <c>text NAME</c>.
/// </summary>
internal static partial class FormatDocument
{
    private static readonly string Document = File.ReadAllText(Path.Combine(FindRoot(), "docs", "formats.md")).ReplaceLineEndings("\n");

    /// <summary>The names of all examples.</summary>
    public static IEnumerable<string> Names => Block().Matches(Document).Select(match => match.Groups["name"].Value);

    /// <summary>The bytes of an example in hexadecimal, without anything between them.</summary>
    public static string Hex(string name) => NotHex().Replace(Comment().Replace(Find("hex", name), ""), "").ToLowerInvariant();

    /// <summary>The text of an example.</summary>
    public static string Text(string name) => Find("text", name);

    /// <summary>The constants that the document states as <c>`Type.Name` | value</c>.</summary>
    public static IEnumerable<(string Name, long Value)> Numbers =>
        Number().Matches(Document).Select(match => (match.Groups["name"].Value, long.Parse(match.Groups["value"].Value.Replace(" ", ""), null)));

    private static string Find(string kind, string name) =>
        Block().Matches(Document).SingleOrDefault(match => match.Groups["kind"].Value == kind && match.Groups["name"].Value == name)?.Groups["body"].Value
            ?? throw new InvalidOperationException($"docs/formats.md has no single block '{kind} {name}'.");

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Duramen.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Duramen.slnx; run the tests from the repository's own build.");
    }

    [GeneratedRegex("""^```(?<kind>hex|text) (?<name>[a-z-]+)\n(?<body>.*?)^```""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("""^\| `StorageLimits\.(?<name>\w+)` \| (?<value>[\d ]+) \|""", RegexOptions.Multiline)]
    private static partial Regex Number();

    [GeneratedRegex(";[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex("[^0-9A-Fa-f]")]
    private static partial Regex NotHex();
}
