using System.Globalization;

namespace Duramen.Coordination.Configs;

/// <summary>
/// Every config of a topic: the names, types, defaults and bounds of Apache Kafka 4 (and those of 3 that clients still set), and what each does here. What has no
/// effect says so in its documentation, and is kept and shown all the same, because tools set and compare it.
/// </summary>
public static class TopicConfigs
{
    private const long DayMs = 24L * 60 * 60 * 1000;

    // A batch of a mebibyte with its length prefix: the odd number is Kafka's.
    private const int DefaultMaxMessageBytes = (1024 * 1024) + 12;

    /// <summary>Whether it is noted who appends; Kafka has nothing of the kind.</summary>
    public static ConfigDefinition AuditProducers { get; } = new(
        "audit.producers", ConfigType.Boolean, "true", "Whether the broker notes the client id, principal and address of those who append, for duramen audit.");

    /// <summary>What is done with old records.</summary>
    public static ConfigDefinition CleanupPolicy { get; } = new(
        "cleanup.policy", ConfigType.List, "delete", "What is done with old records: delete, compact, or both. Empty keeps everything.")
    { Allowed = ["compact", "delete"], BrokerName = "log.cleanup.policy" };

    /// <summary>What the log stores batches compressed with.</summary>
    public static ConfigDefinition CompressionType { get; } = new(
        "compression.type", ConfigType.Text, "producer", "The codec that batches are stored with; producer leaves each as it was sent.")
    { Allowed = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"], BrokerName = "compression.type" };

    /// <summary>The level of gzip.</summary>
    public static ConfigDefinition CompressionGzipLevel { get; } = new(
        "compression.gzip.level", ConfigType.Number32, "-1", "The level of gzip where compression.type asks for it; -1 is the codec's own. Kept without effect.")
    { Minimum = -1, Maximum = 9, BrokerName = "compression.gzip.level" };

    /// <summary>The level of LZ4.</summary>
    public static ConfigDefinition CompressionLz4Level { get; } = new(
        "compression.lz4.level", ConfigType.Number32, "9", "The level of LZ4 where compression.type asks for it. Kept without effect.")
    { Minimum = 1, Maximum = 17, BrokerName = "compression.lz4.level" };

    /// <summary>The level of Zstandard.</summary>
    public static ConfigDefinition CompressionZstdLevel { get; } = new(
        "compression.zstd.level", ConfigType.Number32, "3", "The level of Zstandard where compression.type asks for it. Kept without effect.")
    { Minimum = -131_072, Maximum = 22, BrokerName = "compression.zstd.level" };

    /// <summary>How long tombstones stay.</summary>
    public static ConfigDefinition DeleteRetentionMs { get; } = new(
        "delete.retention.ms", ConfigType.Number64, Text(DayMs), "How long a tombstone stays after compaction first kept it, in milliseconds.")
    { Minimum = 0, BrokerName = "log.cleaner.delete.retention.ms" };

    /// <summary>When deleted files go.</summary>
    public static ConfigDefinition FileDeleteDelayMs { get; } = new(
        "file.delete.delay.ms", ConfigType.Number64, "60000", "Kept without effect: files go when nothing refers to them any more.")
    { Minimum = 0, BrokerName = "log.segment.delete.delay.ms" };

    /// <summary>Syncs by count.</summary>
    public static ConfigDefinition FlushMessages { get; } = new(
        "flush.messages", ConfigType.Number64, Text(long.MaxValue), "Kept without effect: every acknowledged record is synced.")
    { Minimum = 1, BrokerName = "log.flush.interval.messages" };

    /// <summary>Syncs by time.</summary>
    public static ConfigDefinition FlushMs { get; } = new(
        "flush.ms", ConfigType.Number64, Text(long.MaxValue), "Kept without effect: every acknowledged record is synced.")
    { Minimum = 0, BrokerName = "log.flush.interval.ms", IsBrokerDefaultUnset = true };

    /// <summary>Throttled followers.</summary>
    public static ConfigDefinition FollowerReplicationThrottledReplicas { get; } = new(
        "follower.replication.throttled.replicas", ConfigType.List, "", "Kept without effect.");

    /// <summary>How dense the index is.</summary>
    public static ConfigDefinition IndexIntervalBytes { get; } = new(
        "index.interval.bytes", ConfigType.Number32, "4096", "Kept without effect: the index has an interval of its own.")
    { Minimum = 0, BrokerName = "log.index.interval.bytes" };

    /// <summary>Throttled leaders.</summary>
    public static ConfigDefinition LeaderReplicationThrottledReplicas { get; } = new(
        "leader.replication.throttled.replicas", ConfigType.List, "", "Kept without effect.");

    /// <summary>Local retention by size.</summary>
    public static ConfigDefinition LocalRetentionBytes { get; } = new(
        "local.retention.bytes", ConfigType.Number64, "-2", "Kept without effect: there is no tiered storage.")
    { Minimum = -2, BrokerName = "log.local.retention.bytes" };

    /// <summary>Local retention by age.</summary>
    public static ConfigDefinition LocalRetentionMs { get; } = new(
        "local.retention.ms", ConfigType.Number64, "-2", "Kept without effect: there is no tiered storage.")
    { Minimum = -2, BrokerName = "log.local.retention.ms" };

    /// <summary>When a record must have been compacted.</summary>
    public static ConfigDefinition MaxCompactionLagMs { get; } = new(
        "max.compaction.lag.ms", ConfigType.Number64, Text(long.MaxValue), "The age of a record that was not compacted yet at which compaction begins whatever min.cleanable.dirty.ratio is, in milliseconds. Not below min.compaction.lag.ms.")
    { Minimum = 1, BrokerName = "log.cleaner.max.compaction.lag.ms" };

    /// <summary>The largest batch.</summary>
    public static ConfigDefinition MaxMessageBytes { get; } = new(
        "max.message.bytes", ConfigType.Number32, Text(DefaultMaxMessageBytes), "The largest batch that is accepted, as it was sent, in bytes.")
    { Minimum = 0, BrokerName = "message.max.bytes" };

    /// <summary>Old message formats for old consumers.</summary>
    public static ConfigDefinition MessageDownconversionEnable { get; } = new(
        "message.downconversion.enable", ConfigType.Boolean, "true", "Kept without effect, for clients of Kafka 3: batches are stored and returned in version 2 only.")
    { BrokerName = "log.message.downconversion.enable" };

    /// <summary>The version of the message format.</summary>
    public static ConfigDefinition MessageFormatVersion { get; } = new(
        "message.format.version", ConfigType.Text, "3.0-IV1", "Kept without effect, for clients of Kafka 3: batches are stored in version 2 only.")
    { BrokerName = "log.message.format.version" };

    /// <summary>How far a timestamp may be ahead.</summary>
    public static ConfigDefinition MessageTimestampAfterMaxMs { get; } = new(
        "message.timestamp.after.max.ms", ConfigType.Number64, "3600000", "How far a record's own timestamp may be ahead of the broker's clock, in milliseconds.")
    { Minimum = 0, BrokerName = "log.message.timestamp.after.max.ms" };

    /// <summary>How old a timestamp may be.</summary>
    public static ConfigDefinition MessageTimestampBeforeMaxMs { get; } = new(
        "message.timestamp.before.max.ms", ConfigType.Number64, Text(long.MaxValue), "How far a record's own timestamp may be behind the broker's clock, in milliseconds.")
    { Minimum = 0, BrokerName = "log.message.timestamp.before.max.ms" };

    /// <summary>How far a timestamp may be off.</summary>
    public static ConfigDefinition MessageTimestampDifferenceMaxMs { get; } = new(
        "message.timestamp.difference.max.ms", ConfigType.Number64, Text(long.MaxValue), "Kept without effect, for clients of Kafka 3: set message.timestamp.before.max.ms and message.timestamp.after.max.ms.")
    { Minimum = 0, BrokerName = "log.message.timestamp.difference.max.ms" };

    /// <summary>Whose timestamps count.</summary>
    public static ConfigDefinition MessageTimestampType { get; } = new(
        "message.timestamp.type", ConfigType.Text, "CreateTime", "Whether records keep their producers' timestamps (CreateTime) or get the time of their append (LogAppendTime).")
    { Allowed = ["CreateTime", "LogAppendTime"], BrokerName = "log.message.timestamp.type" };

    /// <summary>When compaction begins.</summary>
    public static ConfigDefinition MinCleanableDirtyRatio { get; } = new(
        "min.cleanable.dirty.ratio", ConfigType.Fraction, "0.5", "The part of a log's bytes that must not have been compacted yet for compaction to begin.")
    { Minimum = 0, Maximum = 1, BrokerName = "log.cleaner.min.cleanable.ratio" };

    /// <summary>How long a record is safe from compaction.</summary>
    public static ConfigDefinition MinCompactionLagMs { get; } = new(
        "min.compaction.lag.ms", ConfigType.Number64, "0", "The age below which a record is not compacted away, in milliseconds.")
    { Minimum = 0, BrokerName = "log.cleaner.min.compaction.lag.ms" };

    /// <summary>How many replicas an acknowledgement needs.</summary>
    public static ConfigDefinition MinInsyncReplicas { get; } = new(
        "min.insync.replicas", ConfigType.Number32, "1", "The replicas that must have a batch for acks=all; with fewer in sync it is refused.")
    { Minimum = 1, BrokerName = "min.insync.replicas" };

    /// <summary>Files of full size from the start.</summary>
    public static ConfigDefinition Preallocate { get; } = new(
        "preallocate", ConfigType.Boolean, "false", "Kept without effect: segments are written behind, in large pieces.")
    { BrokerName = "log.preallocate" };

    /// <summary>Whether tiered storage takes no more.</summary>
    public static ConfigDefinition RemoteLogCopyDisable { get; } = new(
        "remote.log.copy.disable", ConfigType.Boolean, "false", "Kept without effect: there is no tiered storage.");

    /// <summary>What becomes of what is in tiered storage.</summary>
    public static ConfigDefinition RemoteLogDeleteOnDisable { get; } = new(
        "remote.log.delete.on.disable", ConfigType.Boolean, "false", "Kept without effect: there is no tiered storage.");

    /// <summary>Tiered storage.</summary>
    public static ConfigDefinition RemoteStorageEnable { get; } = new(
        "remote.storage.enable", ConfigType.Boolean, "false", "There is no tiered storage: true is refused.");

    /// <summary>Retention by size.</summary>
    public static ConfigDefinition RetentionBytes { get; } = new(
        "retention.bytes", ConfigType.Number64, "-1", "The size above which a partition's oldest segments may be deleted, in bytes; -1 is any size.")
    { BrokerName = "log.retention.bytes" };

    /// <summary>Retention by age.</summary>
    public static ConfigDefinition RetentionMs { get; } = new(
        "retention.ms", ConfigType.Number64, Text(7 * DayMs), "The age of its newest record at which a segment may be deleted, in milliseconds; -1 is for ever.")
    { Minimum = -1, BrokerName = "log.retention.ms", IsBrokerDefaultUnset = true };

    /// <summary>When a segment is sealed.</summary>
    public static ConfigDefinition SegmentBytes { get; } = new(
        "segment.bytes", ConfigType.Number32, Text(1 << 30), "The size at which a segment is sealed and a new one begun, in bytes; 256 at least, whatever is asked.")
    { Minimum = 14, BrokerName = "log.segment.bytes" };

    /// <summary>The size of index files.</summary>
    public static ConfigDefinition SegmentIndexBytes { get; } = new(
        "segment.index.bytes", ConfigType.Number32, Text(10 * 1024 * 1024), "Kept without effect: indexes are as large as they need to be.")
    { Minimum = 4, BrokerName = "log.index.size.max.bytes" };

    /// <summary>Chance in segment ages.</summary>
    public static ConfigDefinition SegmentJitterMs { get; } = new(
        "segment.jitter.ms", ConfigType.Number64, "0", "How much younger than segment.ms a segment may be sealed, in milliseconds; each has its own part of it, so that they do not seal at once.")
    { Minimum = 0, BrokerName = "log.roll.jitter.ms", IsBrokerDefaultUnset = true };

    /// <summary>When a segment is sealed by age.</summary>
    public static ConfigDefinition SegmentMs { get; } = new(
        "segment.ms", ConfigType.Number64, Text(7 * DayMs), "The age of its first records at which a segment is sealed with the next append, by the times of records, in milliseconds.")
    { Minimum = 1, BrokerName = "log.roll.ms", IsBrokerDefaultUnset = true };

    /// <summary>Whether a replica that lacks records may lead.</summary>
    public static ConfigDefinition UncleanLeaderElectionEnable { get; } = new(
        "unclean.leader.election.enable", ConfigType.Boolean, "false", "Kept without effect: what was acknowledged is never given up.")
    { BrokerName = "unclean.leader.election.enable" };

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<ConfigDefinition> All { get; } =
    [
        AuditProducers, CleanupPolicy, CompressionGzipLevel, CompressionLz4Level, CompressionType, CompressionZstdLevel, DeleteRetentionMs, FileDeleteDelayMs,
        FlushMessages, FlushMs, FollowerReplicationThrottledReplicas, IndexIntervalBytes, LeaderReplicationThrottledReplicas, LocalRetentionBytes,
        LocalRetentionMs, MaxCompactionLagMs, MaxMessageBytes, MessageDownconversionEnable, MessageFormatVersion, MessageTimestampAfterMaxMs,
        MessageTimestampBeforeMaxMs, MessageTimestampDifferenceMaxMs, MessageTimestampType, MinCleanableDirtyRatio, MinCompactionLagMs,
        MinInsyncReplicas, Preallocate, RemoteLogCopyDisable, RemoteLogDeleteOnDisable, RemoteStorageEnable, RetentionBytes, RetentionMs, SegmentBytes,
        SegmentIndexBytes, SegmentJitterMs, SegmentMs, UncleanLeaderElectionEnable,
    ];

    private static readonly SortedDictionary<string, ConfigDefinition> ByName = new(All.ToDictionary(definition => definition.Name), StringComparer.Ordinal);

    /// <summary>The config with a name; null when a topic has none of that name.</summary>
    public static ConfigDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The config whose default a broker's config gives; null when there is none.</summary>
    internal static ConfigDefinition? FindByBrokerName(string name) => All.FirstOrDefault(definition => definition.BrokerName == name);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
