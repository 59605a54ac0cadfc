using System.Globalization;

namespace Duramen.Log.Timestamps;

/// <summary>Times as users write them.</summary>
public static class TimestampText
{
    // 100 ns, beyond which .NET reads nothing; other systems write nanoseconds.
    private const int MaxFractionDigits = 7;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd",
        .. from separator in "T "
           from clock in new[] { "HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF" }
           from zone in new[] { "K", "zz" }
           select $"yyyy-MM-dd{separator}{clock}{zone}",
    ];

    /// <summary>
    /// Reads <c>@</c> with milliseconds since 1970, or ISO 8601, in UTC unless it says otherwise; what is below a millisecond is left out. As SQL writes times, a space may stand for the T,
    /// and hours alone for how far the clock is from UTC.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="timestampMs">Milliseconds since 1970.</param>
    public static bool TryParse(string text, out long timestampMs)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith('@'))
        {
            return long.TryParse(text.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out timestampMs);
        }

        bool isTime = DateTimeOffset.TryParseExact(WithoutSmallest(text), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        timestampMs = isTime ? time.ToUnixTimeMilliseconds() : 0;
        return isTime;
    }

    // The digits of the fraction that are below a millisecond anyway, and more than .NET takes.
    private static string WithoutSmallest(string text)
    {
        int fraction = text.IndexOf('.', StringComparison.Ordinal) + 1;
        int end = fraction;
        while (fraction > 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - fraction > MaxFractionDigits ? text.Remove(fraction + MaxFractionDigits, end - fraction - MaxFractionDigits) : text;
    }
}
