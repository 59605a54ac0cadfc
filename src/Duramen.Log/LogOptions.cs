namespace Duramen.Log;

/// <summary>How one log keeps its records; stored with the log. The defaults are those of Kafka's topics, except that nothing is deleted unless asked.</summary>
public sealed record LogOptions
{
    /// <summary>What is done with old records; <see cref="CleanupPolicy.None"/> by default.</summary>
    public CleanupPolicy Cleanup { get; init; }

    /// <summary>
    /// The size at which a segment is sealed and a new one begun, in bytes; 1 GiB by default.
    /// </summary>
    public long SegmentSizeBytes { get; init; } = 1L << 30;

    /// <summary>
    /// The age at which a segment is sealed and a new one begun, in milliseconds; 7 days by default. It is the time of the records that are appended next less that of the first ones in the segment, so that
    /// nothing is sealed while nothing is appended.
    /// </summary>
    public long SegmentMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>How much younger at most a segment may be sealed, in milliseconds, so that logs that began together do not all seal at once; 0 by default. Each segment has its own part of it.</summary>
    public long SegmentJitterMs { get; init; }

    /// <summary>The age of its newest record at which a segment may be deleted, in milliseconds; -1 is for ever, 7 days by default.</summary>
    public long RetentionMs { get; init; } = 7L * 24 * 60 * 60 * 1000;

    /// <summary>The size above which the oldest segments may be deleted, in bytes; -1, the default, is any size.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary>The age below which a record is not compacted away, in milliseconds; 0 by default.</summary>
    public long MinCompactionLagMs { get; init; }

    /// <summary>
    /// The age of a record that was not compacted yet at which compaction waits for no <see cref="MinCleanableRatio"/>, in milliseconds; <see cref="long.MaxValue"/>, the default, is no age. The segment that
    /// grows is sealed for it (KIP-354).
    /// </summary>
    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    /// <summary>How long a tombstone stays after compaction first kept it, in milliseconds; 24 hours by default.</summary>
    public long DeleteRetentionMs { get; init; } = 24L * 60 * 60 * 1000;

    /// <summary>The part of a log's bytes above which, not compacted yet, they make compaction begin, 0 to 1; 0.5 by default.</summary>
    public double MinCleanableRatio { get; init; } = 0.5;

    /// <summary>What commits records; <see cref="CommitRule.WhenDurable"/> by default.</summary>
    public CommitRule CommitRule { get; init; }
}
