using System.Globalization;
using Duramen.Core.Ids;
using Duramen.Log.Timestamps;

namespace Duramen.State.Tables.Topics;

/// <summary>
/// What a topic is to be read as of, in the words of whoever asks: a time, offsets, or one of the ends, which is now. Which <see cref="Moment"/> that is says
/// <see cref="TopicSnapshot.FindAsync"/>.
/// </summary>
public readonly record struct AsOf
{
    /// <summary>Everything that is folded: now.</summary>
    public static AsOf End => default;

    /// <summary>As far back as the table can be read.</summary>
    public static AsOf Beginning => new() { IsBeginning = true };

    /// <summary>Whether it is <see cref="Beginning"/>.</summary>
    public bool IsBeginning { get; private init; }

    /// <summary>The time in milliseconds since 1970, when it is one.</summary>
    public long? TimestampMs { get; private init; }

    /// <summary>The offset, when it is one without a partition.</summary>
    public Offset? Offset { get; private init; }

    /// <summary>The offsets with their partitions, when it is some.</summary>
    public Moment? Moment { get; private init; }

    /// <summary>Whether it is <see cref="End"/>.</summary>
    public bool IsEnd => !IsBeginning && TimestampMs is null && Offset is null && Moment is null;

    /// <summary>After every record with a timestamp at or before a time, in each partition.</summary>
    /// <param name="timestampMs">Milliseconds since 1970.</param>
    public static AsOf Time(long timestampMs) => new() { TimestampMs = timestampMs };

    /// <summary>After every record below an offset. For topics with one partition.</summary>
    public static AsOf At(Offset offset) => new() { Offset = offset };

    /// <summary>After every record below an offset in each partition.</summary>
    public static AsOf At(Moment moment) => new() { Moment = moment };

    /// <summary>
    /// Reads an offset, <c>P:N,P:N</c> for an offset in each partition, <c>@</c> with milliseconds since 1970, ISO 8601 (UTC unless it says otherwise),
    /// <c>beginning</c> or <c>end</c>.
    /// </summary>
    public static bool TryParse(string text, out AsOf asOf)
    {
        ArgumentNullException.ThrowIfNull(text);
        asOf = text == "beginning" ? Beginning : End;
        if (text is "beginning" or "end")
        {
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            asOf = At(new Offset(offset));
            return true;
        }

        if (Moment.TryParse(text, out Moment? moment))
        {
            asOf = At(moment!);
            return true;
        }

        bool isTime = TimestampText.TryParse(text, out long timestampMs);
        asOf = isTime ? Time(timestampMs) : End;
        return isTime;
    }
}
