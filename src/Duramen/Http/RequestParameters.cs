using System.Globalization;
using Duramen.Core.Errors;
using Duramen.State.Tables.Topics;

namespace Duramen.Http;

/// <summary>Parameters that mean the same wherever they are taken.</summary>
internal static class RequestParameters
{
    /// <summary>A moment; the end when it is not given.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>.</exception>
    public static AsOf AsOf(this RequestTarget target, string name) =>
        target.Parameter(name) is not string text ? State.Tables.Topics.AsOf.End
        : State.Tables.Topics.AsOf.TryParse(text, out AsOf asOf) ? asOf

        // The plus of a time zone that is not encoded arrives as a space.
        : text.LastIndexOf(' ') is >= 0 and int space && State.Tables.Topics.AsOf.TryParse($"{text.AsSpan(0, space)}+{text.AsSpan(space + 1)}", out asOf) ? asOf
        : throw HttpRefusals.Wrong(name, text, "an offset, P:N,P:N for an offset in each partition, a time (2026-03-01T12:00:00Z, or @ with milliseconds since 1970), beginning or end");

    /// <summary>The number of a partition; null when it is not given.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>.</exception>
    public static int? Partition(this RequestTarget target) => target.Number("partition", 0, int.MaxValue, "the number of a partition") is long partition ? (int)partition : null;

    /// <summary>How many rows or records a page has at most.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>.</exception>
    public static int Limit(this RequestTarget target, int most) =>
        (int?)target.Number("limit", 1, most, string.Create(CultureInfo.InvariantCulture, $"a number from 1 to {most}")) ?? HttpLimits.DefaultRows;

    /// <summary>A whole number; null when it is not given.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>.</exception>
    public static long? Number(this RequestTarget target, string name, long least, long most, string must) =>
        target.Parameter(name) is not string text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most ? number
        : throw HttpRefusals.Wrong(name, text, must);

    /// <summary>Yes or no; no when it is not given.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>.</exception>
    public static bool Flag(this RequestTarget target, string name) => target.Parameter(name) switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw HttpRefusals.Wrong(name, text, "true or false"),
    };
}
