using System.Buffers.Text;
using System.Text;

namespace Duramen.Cli.Parsing;

/// <summary>Keys as users write them: UTF-8; or, behind <c>base64:</c>, the base 64 of bytes that are none, or that no argument can have. Over HTTP they are written so too.</summary>
internal static class KeyText
{
    public const string Help = "as UTF-8, or base64:... for other bytes";

    private const string Mark = "base64:";

    /// <summary>A key that is an argument, by its place; null when it is optional and was not given.</summary>
    /// <exception cref="UsageException">What is behind <c>base64:</c> is none.</exception>
    public static byte[]? Key(this CommandInput input, int index) => input.Argument(index) is string text ? Parse(input, text) : null;

    /// <summary>A key that is the value of an option; null when it was not given.</summary>
    /// <exception cref="UsageException">What is behind <c>base64:</c> is none.</exception>
    public static byte[]? Key(this CommandInput input, CommandOption option) => input.Text(option.Name) is string text ? Parse(input, text) : null;

    private static byte[] Parse(CommandInput input, string text)
    {
        if (!text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        // JSON output has the one alphabet, addresses the other.
        string digits = text[Mark.Length..].Replace('+', '-').Replace('/', '_');
        return Base64Url.IsValid(digits) ? Base64Url.DecodeFromChars(digits) : throw input.Wrong($"'{text}' is no key: what is behind {Mark} must be base 64");
    }
}
