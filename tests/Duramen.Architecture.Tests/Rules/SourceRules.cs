using System.Text.RegularExpressions;

namespace Duramen.Architecture.Tests.Rules;

/// <summary>Where code stands, what it is called and how long it gets.</summary>
internal static class SourceRules
{
    /// <summary>Past this length a file holds more than one idea. There is no list of exceptions, and none is to be begun.</summary>
    public const int MaxFileLines = 600;

    private static readonly string[] TextKinds =
        [".cs", ".csproj", ".props", ".targets", ".slnx", ".json", ".md", ".txt", ".sh", ".yml", ".yaml", ".editorconfig", ".xml"];

    public static IEnumerable<string> NamespacesAreFolders(Repository repository)
    {
        foreach (string file in repository.AllCSharpFiles)
        {
            if (repository.ProjectOf(file) is not { } project)
            {
                yield return $"{file}: belongs to no project";
                continue;
            }

            string text = repository.Text(file);
            MatchCollection found = SourcePatterns.FileScopedNamespace().Matches(text);
            string folder = Path.GetDirectoryName(file)!;
            string expected = project.Name + folder[project.Folder.Length..].Replace('/', '.');
            if (found.Count == 0)
            {
                // Top-level statements, assembly attributes and global usings stand in no namespace; types do.
                if (SourcePatterns.OuterType().IsMatch(text))
                {
                    yield return $"{file}: declares a type outside the namespace {expected}";
                }
            }
            else if (found[0].Groups["name"].Value != expected)
            {
                yield return $"{file}: namespace {found[0].Groups["name"].Value}, but its folder says {expected}";
            }
        }
    }

    public static IEnumerable<string> OnePublicTypePerFile(Repository repository)
    {
        foreach (string file in repository.CSharpFiles("src"))
        {
            string[] names =
            [
                .. SourcePatterns.OuterType().Matches(repository.Text(file))
                    .Where(match => match.Groups["modifiers"].Value.Contains("public", StringComparison.Ordinal))
                    .Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal),
            ];
            if (names.Length > 1)
            {
                yield return $"{file}: {names.Length} public types ({string.Join(", ", names)})";
            }

            // A part of a partial type adds what the part is about: Name.Part.cs.
            string fileName = Path.GetFileName(file);
            if (names.Length == 1 && !fileName.StartsWith(names[0] + ".", StringComparison.Ordinal))
            {
                yield return $"{file}: holds the public type {names[0]} and should be named for it";
            }
        }
    }

    // The compiler checks the layout, but not this.
    public static IEnumerable<string> UsingsAreSorted(Repository repository)
    {
        foreach (string file in repository.AllCSharpFiles)
        {
            string[] names = [.. repository.Lines(file).Select(line => SourcePatterns.Using().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value)];
            string[] sorted = [.. names.OrderBy(name => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.OrdinalIgnoreCase)];
            int wrong = Enumerable.Range(0, names.Length).FirstOrDefault(i => names[i] != sorted[i], -1);
            if (wrong >= 0)
            {
                yield return $"{file}: using {sorted[wrong]} stands behind {names[wrong]}";
            }
        }
    }

    public static IEnumerable<string> FilesAreShort(Repository repository) =>
        from file in repository.AllCSharpFiles
        let lines = repository.Lines(file).Length
        where lines > MaxFileLines
        select $"{file}: {lines} lines, more than {MaxFileLines}";

    public static IEnumerable<string> NoRegions(Repository repository) =>
        repository.AllCSharpFiles.Where(file => SourcePatterns.Region().IsMatch(repository.Text(file))).Select(file => $"{file}: #region hides length");

    public static IEnumerable<string> NothingIsLeftUnfinished(Repository repository) => Find(repository, SourcePatterns.Unfinished(), "unfinished work");

    public static IEnumerable<string> NoWordOfTheWorkplace(Repository repository) => Find(repository, SourcePatterns.Workplace(), "the place it was written at");

    private static IEnumerable<string> Find(Repository repository, Regex pattern, string what)
    {
        foreach (string file in repository.Files.Where(IsText))
        {
            string[] lines = repository.Lines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                if (pattern.Match(lines[i]) is { Success: true } match)
                {
                    yield return $"{file}:{i + 1}: {what}: {match.Value}";
                }
            }
        }
    }

    // Scripts have no extension; what is neither a script nor of a known kind may be data of any bytes.
    private static bool IsText(string file) =>
        Path.GetExtension(file) is var kind && (kind.Length == 0 ? Path.GetFileName(file) != "LICENSE" : TextKinds.Contains(kind));
}
