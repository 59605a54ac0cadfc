using System.Globalization;

namespace Duramen.Log.Timestamps;

/// <summary>Times as users write them.</summary>
public static class TimestampText
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Reads <c>@</c> with milliseconds since 1970, or ISO 8601, in UTC unless it says otherwise; what is below a millisecond is left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="timestampMs">Milliseconds since 1970.</param>
    public static bool TryParse(string text, out long timestampMs)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith('@'))
        {
            return long.TryParse(text.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out timestampMs);
        }

        bool isTime = DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        timestampMs = isTime ? time.ToUnixTimeMilliseconds() : 0;
        return isTime;
    }
}
