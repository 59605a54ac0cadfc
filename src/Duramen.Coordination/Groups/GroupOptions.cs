namespace Duramen.Coordination.Groups;

/// <summary>How groups behave; the defaults are Kafka's. The name of Kafka's setting stands beside each.</summary>
public sealed record GroupOptions
{
    /// <summary><c>group.min.session.timeout.ms</c>.</summary>
    public int MinSessionTimeoutMs { get; init; } = 6_000;

    /// <summary><c>group.max.session.timeout.ms</c>.</summary>
    public int MaxSessionTimeoutMs { get; init; } = 1_800_000;

    /// <summary><c>group.initial.rebalance.delay.ms</c>: how long an empty group waits for more members after the first, and after each that follows.</summary>
    public int InitialRebalanceDelayMs { get; init; } = 3_000;

    /// <summary>
    /// <c>group.max.size</c>. Kafka's default is no limit; here it is the number of connections that a server takes, since members of the classic protocol each have
    /// one.
    /// </summary>
    public int MaxSize { get; init; } = 10_000;

    /// <summary>
    /// The most groups of one machine; 2,000 by default, which with the usual 50 machines is 100,000. Kafka knows no such limit. Groups that the log has are kept
    /// all the same.
    /// </summary>
    public int MaxGroups { get; init; } = 2_000;

    /// <summary><c>offset.metadata.max.bytes</c>, in UTF-16 characters, as Kafka counts them; at most <see cref="GroupLimits.OffsetMetadataMaxLength"/>.</summary>
    public int OffsetMetadataMaxLength { get; init; } = 4096;

    /// <summary><c>offsets.retention.minutes</c>, in milliseconds: how long an offset is kept that nobody uses.</summary>
    public long OffsetsRetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary><c>offsets.retention.check.interval.ms</c>: how often expired offsets and forgotten groups are looked for.</summary>
    public long ExpiryCheckIntervalMs { get; init; } = 600_000;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MinSessionTimeoutMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSessionTimeoutMs, MinSessionTimeoutMs);
        ArgumentOutOfRangeException.ThrowIfNegative(InitialRebalanceDelayMs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxGroups);
        ArgumentOutOfRangeException.ThrowIfNegative(OffsetMetadataMaxLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OffsetMetadataMaxLength, GroupLimits.OffsetMetadataMaxLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(OffsetsRetentionMs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ExpiryCheckIntervalMs);
    }
}
