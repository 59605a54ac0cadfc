using Duramen.Core.Ids;

namespace Duramen.Client.Consumers;

/// <summary>Where a consumer begins to read a partition.</summary>
public readonly record struct ReadPosition
{
    // The protocol's own numbers for the ends of a partition, and one more for where the group is.
    internal const long EndTimestamp = -1;
    internal const long BeginningTimestamp = -2;
    private const long CommittedTimestamp = -3;

    private ReadPosition(Offset? offset, long timestampMs)
    {
        Offset = offset;
        TimestampMs = timestampMs;
    }

    /// <summary>Where the group has committed; where it has not, what <see cref="ConsumerOptions.Reset"/> says.</summary>
    public static ReadPosition Committed => new(null, CommittedTimestamp);

    /// <summary>The first record that there is.</summary>
    public static ReadPosition Beginning => new(null, BeginningTimestamp);

    /// <summary>The first record that is appended from now on.</summary>
    public static ReadPosition End => new(null, EndTimestamp);

    internal Offset? Offset { get; }

    internal long TimestampMs { get; }

    internal bool IsCommitted => Offset is null && TimestampMs == CommittedTimestamp;

    /// <summary>The record with an offset, or the first one after it.</summary>
    public static ReadPosition At(Offset offset) => new(offset, 0);

    /// <summary>The first record with a timestamp at or after a moment, in milliseconds since 1970; the end when there is none.</summary>
    public static ReadPosition AtTimestamp(long timestampMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestampMs);
        return new(null, timestampMs);
    }
}
