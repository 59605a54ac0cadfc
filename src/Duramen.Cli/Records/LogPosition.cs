using System.Globalization;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Timestamps;

namespace Duramen.Cli.Records;

/// <summary>A place in a log as a user names it: an offset, a moment, or one of the ends.</summary>
/// <param name="Offset">The offset, when it is one.</param>
/// <param name="TimestampMs">The moment in milliseconds since 1970, when it is one.</param>
/// <param name="IsEnd">Whether it is the end; the beginning when it is nothing else either.</param>
internal readonly record struct LogPosition(Offset? Offset, long? TimestampMs, bool IsEnd)
{
    /// <summary>Reads <c>beginning</c>, <c>end</c>, an offset, <c>@</c> with milliseconds since 1970, or ISO 8601 (UTC unless it says otherwise).</summary>
    public static bool TryParse(string text, out LogPosition position)
    {
        position = default;
        if (text is "beginning" or "end")
        {
            position = new LogPosition(null, null, text == "end");
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            position = new LogPosition(new Offset(offset), null, false);
            return true;
        }

        bool isTime = TimestampText.TryParse(text, out long timestampMs);
        position = isTime ? new LogPosition(null, timestampMs, false) : default;
        return isTime;
    }

    /// <summary>The offset that the log is read as of: a time is after every record at or before it. The rest is as for <see cref="FindFirstAsync"/>.</summary>
    /// <exception cref="LogException">As there.</exception>
    public ValueTask<Offset> FindAsOfAsync(ILog log, CancellationToken cancellationToken) => TimestampMs is long timestampMs
        ? new TimestampIndex(log).FindEndAsync(timestampMs, log.Watermarks.Committed, cancellationToken)
        : FindFirstAsync(log, cancellationToken);

    /// <summary>The offset of the first record at or after the place; the committed end when there is none.</summary>
    /// <exception cref="LogException"><see cref="LogErrors.OffsetOutOfRange"/>: it is an offset below the start or above the committed end.</exception>
    public async ValueTask<Offset> FindFirstAsync(ILog log, CancellationToken cancellationToken)
    {
        if (Offset is Offset offset)
        {
            LogWatermarks marks = log.Watermarks;
            return offset >= marks.Start && offset <= marks.Committed ? offset : throw LogRefusals.ReadOutOfRange(log, offset, marks);
        }

        if (TimestampMs is long timestampMs)
        {
            TimestampMatch? match = await log.FindTimestampAsync(timestampMs, cancellationToken).ConfigureAwait(false);
            return match?.Offset ?? log.Watermarks.Committed;
        }

        return IsEnd ? log.Watermarks.Committed : log.Watermarks.Start;
    }
}
