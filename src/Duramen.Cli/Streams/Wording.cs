using System.Text;

namespace Duramen.Cli.Streams;

/// <summary>How text for people and for tools that read lines is worded. JSON needs none of this: it is exact as it is.</summary>
internal static class Wording
{
    /// <summary>A number with its noun.</summary>
    public static string Count(long number, string noun, string? plural = null) =>
        FormattableString.Invariant($"{number} {(number == 1 ? noun : plural ?? noun + "s")}");

    /// <summary>A name, which may hold any character, in one that has no line end, tab or other control character; no two names become the same.</summary>
    public static string Name(string name) => OneLine(name.Replace("\\", "\\\\", StringComparison.Ordinal));

    /// <summary>Text without control characters, which would break a line, a column or the terminal: <c>\t</c>, <c>\n</c>, <c>\r</c>, <c>\uHHHH</c> stand for them.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var line = new StringBuilder();
        foreach (char character in text)
        {
            _ = character switch
            {
                '\t' => line.Append("\\t"),
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                _ when char.IsControl(character) => line.Append(FormattableString.Invariant($"\\u{(int)character:x4}")),
                _ => line.Append(character),
            };
        }

        return line.ToString();
    }
}
