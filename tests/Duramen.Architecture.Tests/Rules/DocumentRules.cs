using System.Text.RegularExpressions;

namespace Duramen.Architecture.Tests.Rules;

/// <summary>Documents lead somewhere, and every error code is explained.</summary>
internal static partial class DocumentRules
{
    private const string ErrorsDocument = "docs/errors.md";

    public static IEnumerable<string> LinksLeadSomewhere(Repository repository)
    {
        foreach (string document in repository.Documents)
        {
            foreach (Match match in Link().Matches(WithoutCode(repository.Text(document))))
            {
                string target = match.Groups["target"].Value;
                if (HasScheme().IsMatch(target))
                {
                    continue;
                }

                string[] parts = target.Split('#', 2);
                string path = parts[0].Length == 0 ? document : Resolve(repository, document, Uri.UnescapeDataString(parts[0]));
                if (!repository.Exists(path))
                {
                    yield return $"{document}: links to {target}, which does not exist";
                }
                else if (parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal) && !Anchors(repository.Text(path)).Contains(parts[1]))
                {
                    yield return $"{document}: links to {target}, but {path} has no such heading";
                }
            }
        }
    }

    public static IEnumerable<string> EveryErrorCodeIsExplained(Repository repository)
    {
        (string Code, string File)[] declared =
        [
            .. from file in repository.CSharpFiles("src")
               from match in SourcePatterns.DeclaredErrorCode().Matches(repository.Text(file))
               select (match.Groups["name"].Value, file),
        ];
        Dictionary<string, string> sections = repository.Exists(ErrorsDocument) ? Sections(repository.Text(ErrorsDocument)) : [];
        foreach (IGrouping<string, (string Code, string File)> group in declared.GroupBy(item => item.Code, StringComparer.Ordinal))
        {
            string files = string.Join(", ", group.Select(item => item.File));
            if (!CodeName().IsMatch(group.Key))
            {
                yield return $"{files}: the code '{group.Key}' is not lower-case words with hyphens";
            }

            if (group.Count() > 1)
            {
                yield return $"{files}: the code {group.Key} is declared {group.Count()} times";
            }

            if (!sections.TryGetValue(group.Key, out string? section))
            {
                yield return $"{files}: {ErrorsDocument} has no section `{group.Key}`";
            }
            else if (!section.Contains("**What it means.**", StringComparison.Ordinal) || !section.Contains("**What to do.**", StringComparison.Ordinal))
            {
                yield return $"{ErrorsDocument}: the section `{group.Key}` must say **What it means.** and **What to do.**";
            }
        }

        foreach (string code in sections.Keys.Except(declared.Select(item => item.Code), StringComparer.Ordinal))
        {
            yield return $"{ErrorsDocument}: explains `{code}`, which no code declares";
        }
    }

    private static Dictionary<string, string> Sections(string text) =>
        ErrorHeading().Matches(text).GroupBy(match => match.Groups["code"].Value, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Groups["body"].Value, StringComparer.Ordinal);

    private static string Resolve(Repository repository, string document, string target) =>
        target.StartsWith('/')
            ? target[1..]
            : Path.GetRelativePath(repository.Root, Path.GetFullPath(Path.Combine(repository.Root, Path.GetDirectoryName(document)!, target)));

    // The anchors that hosting sites give headings: lower case, punctuation gone, spaces as hyphens.
    private static HashSet<string> Anchors(string text) =>
        Heading().Matches(WithoutFences(text))
            .Select(match => Punctuation().Replace(match.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')).ToHashSet(StringComparer.Ordinal);

    private static string WithoutFences(string text) => Fence().Replace(text, "");

    private static string WithoutCode(string text) => InlineCode().Replace(WithoutFences(text), "");

    [GeneratedRegex("""\]\((?<target>[^)\s]+)(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(?<target>\S+)""", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex("""^[a-zA-Z][a-zA-Z0-9+.-]*:""")]
    private static partial Regex HasScheme();

    [GeneratedRegex("""^#+\s+(?<title>.+)$""", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("""[^\w\- ]""")]
    private static partial Regex Punctuation();

    [GeneratedRegex("""^```.*?^```""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("""`[^`\n]*`""")]
    private static partial Regex InlineCode();

    [GeneratedRegex("""^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$""")]
    private static partial Regex CodeName();

    [GeneratedRegex("""^#{2,3} `(?<code>[^`]+)`[ ]*\n(?<body>(?:(?!^#).*\n?)*)""", RegexOptions.Multiline)]
    private static partial Regex ErrorHeading();
}
