using System.Globalization;
using System.Text;

namespace Duramen.Cli.Records;

/// <summary>What stands between key and value in a line.</summary>
internal static class KeyDelimiter
{
    /// <summary>
    /// The delimiter's bytes: the text in UTF-8, with <c>\t</c>, <c>\\</c>, <c>\0</c> and <c>\xHH</c> for what is hard to type. Null when an escape is none of these,
    /// and when it is empty or holds an LF, which no line does.
    /// </summary>
    public static byte[]? TryParse(string text)
    {
        var bytes = new List<byte>();
        int at = 0;
        while (at < text.Length)
        {
            int escape = text.IndexOf('\\', at);
            int end = escape < 0 ? text.Length : escape;
            bytes.AddRange(Encoding.UTF8.GetBytes(text[at..end]));
            if (escape < 0)
            {
                break;
            }

            if (!TryReadEscape(text, escape + 1, out byte value, out at))
            {
                return null;
            }

            bytes.Add(value);
        }

        return bytes.Count == 0 || bytes.Contains((byte)'\n') ? null : [.. bytes];
    }

    private static bool TryReadEscape(string text, int at, out byte value, out int next)
    {
        next = at + 1;
        value = 0;
        switch (at < text.Length ? text[at] : '\0')
        {
            case 't':
                value = (byte)'\t';
                return true;
            case '\\':
                value = (byte)'\\';
                return true;
            case '0':
                return true;
            case 'x' when at + 2 < text.Length:
                next = at + 3;
                return byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
            default:
                return false;
        }
    }
}
