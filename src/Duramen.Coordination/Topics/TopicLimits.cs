namespace Duramen.Coordination.Topics;

/// <summary>The limits of topics, in one place.</summary>
public static class TopicLimits
{
    /// <summary>The longest name, in characters: as in Kafka, where a name and a partition's number make the name of a folder.</summary>
    public const int MaxNameLength = 249;

    /// <summary>
    /// The most partitions of one topic. Each is a log with files of its own; what needs more parallelism than this has more machines than a cluster has.
    /// </summary>
    public const int MaxPartitions = 10_000;

    /// <summary>The smallest segment that logs are made with, in bytes: what <c>segment.bytes</c> asks below this gets this.</summary>
    public const int MinSegmentSizeBytes = 256;

    /// <summary>The size of a segment of the catalog's own log, in bytes: small, since only sealed segments are compacted.</summary>
    public const int CatalogSegmentSizeBytes = 4 * 1024 * 1024;
}
