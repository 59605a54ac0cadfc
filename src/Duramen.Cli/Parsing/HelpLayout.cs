using System.Text;

namespace Duramen.Cli.Parsing;

/// <summary>Help laid out for a terminal that is narrower than its lines: what a terminal breaks in the middle of a word, and back to the edge, nobody reads.</summary>
internal static class HelpLayout
{
    // Below that, a second column has no room for a sentence.
    private const int LeastForColumns = HelpText.TextColumn + 24;
    private const int NarrowIndent = 6;

    /// <summary>The help within so many columns; as it is where they are not known (0), or fewer than names need. Examples stay on one line, to be copied.</summary>
    public static string Fit(string help, int columns)
    {
        string[] lines = help.Split('\n');
        if (columns < HelpText.TextColumn || lines.All(line => line.Length <= columns))
        {
            return help;
        }

        var text = new StringBuilder();
        string paragraph = "";
        bool isExample = false;
        foreach (string line in lines)
        {
            if (line.Length > 0 && line[0] != ' ')
            {
                // Neighbouring lines without an indent are a paragraph, broken for wide terminals.
                paragraph = paragraph.Length == 0 ? line : $"{paragraph} {line}";
                isExample = line == HelpText.Examples;
                continue;
            }

            if (paragraph.Length > 0)
            {
                Wrap(text, paragraph, columns, indent: 0);
                paragraph = "";
            }

            AppendRow(text, line, isExample ? int.MaxValue : columns);
        }

        if (paragraph.Length > 0)
        {
            Wrap(text, paragraph, columns, indent: 0);
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, string line, int columns)
    {
        bool isWide = columns >= LeastForColumns;
        if (isWide || line.Length <= columns || line[HelpText.TextColumn - 1] != ' ')
        {
            Wrap(text, line, columns, isWide ? HelpText.TextColumn : NarrowIndent);
            return;
        }

        // The second column goes below the first.
        text.Append(line.AsSpan(0, HelpText.TextColumn).TrimEnd()).Append('\n');
        Wrap(text, new string(' ', NarrowIndent) + line[HelpText.TextColumn..], columns, NarrowIndent);
    }

    private static void Wrap(StringBuilder text, string line, int columns, int indent)
    {
        while (line.Length > columns)
        {
            // At the last space that fits; behind the indent, or nothing would be gained.
            int space = line.LastIndexOf(' ', columns, columns - indent);
            if (space < 0)
            {
                break;
            }

            text.Append(line.AsSpan(0, space).TrimEnd()).Append('\n');
            line = new string(' ', indent) + line[(space + 1)..].TrimStart();
        }

        text.Append(line).Append('\n');
    }
}
