using System.Collections.Immutable;
using System.Globalization;
using Duramen.Coordination.Configs;
using Duramen.Log;
using Duramen.Records.Compression;

namespace Duramen.Coordination.Topics;

/// <summary>What the configs of a topic amount to, for those who append to its partitions and keep them. Immutable.</summary>
public sealed record TopicSettings
{
    private TopicSettings()
    {
    }

    /// <summary>How the log of each partition keeps its records.</summary>
    public LogOptions Log { get; private init; } = new();

    /// <summary>The largest batch that is accepted, in bytes.</summary>
    public int MaxMessageBytes { get; private init; }

    /// <summary>What batches are stored compressed with; null leaves each as it was sent.</summary>
    public CompressionCodec? Codec { get; private init; }

    /// <summary>Whose timestamps records have.</summary>
    public TimestampType TimestampType { get; private init; }

    /// <summary>How far a record's own timestamp may be behind the broker's clock, in milliseconds.</summary>
    public long TimestampBeforeMaxMs { get; private init; }

    /// <summary>How far a record's own timestamp may be ahead of the broker's clock, in milliseconds.</summary>
    public long TimestampAfterMaxMs { get; private init; }

    /// <summary>The replicas that must have a batch for acks=all.</summary>
    public int MinInsyncReplicas { get; private init; }

    /// <summary>Whether it is noted who appends.</summary>
    public bool NotesProducers { get; private init; }

    /// <summary>Whether only the last record of each key is kept, so that every record needs one.</summary>
    public bool IsCompacted => (Log.Cleanup & CleanupPolicy.Compact) != 0;

    /// <summary>
    /// Reads the configs of a topic; those that are not set have their defaults, and so has one that a later version wrote and this one cannot read.
    /// </summary>
    internal static TopicSettings Of(ImmutableSortedDictionary<string, string> configs, TopicDefaults defaults) => new()
    {
        Log = new LogOptions
        {
            Cleanup = Cleanup(Value(configs, defaults, TopicConfigs.CleanupPolicy)),
            SegmentSizeBytes = Math.Max(TopicLimits.MinSegmentSizeBytes, Number(configs, defaults, TopicConfigs.SegmentBytes)),
            SegmentMs = Number(configs, defaults, TopicConfigs.SegmentMs),
            SegmentJitterMs = Number(configs, defaults, TopicConfigs.SegmentJitterMs),
            RetentionMs = Number(configs, defaults, TopicConfigs.RetentionMs),
            RetentionBytes = Math.Max(-1, Number(configs, defaults, TopicConfigs.RetentionBytes)),
            MinCompactionLagMs = Number(configs, defaults, TopicConfigs.MinCompactionLagMs),
            MaxCompactionLagMs = Number(configs, defaults, TopicConfigs.MaxCompactionLagMs),
            DeleteRetentionMs = Number(configs, defaults, TopicConfigs.DeleteRetentionMs),
            MinCleanableRatio = double.Parse(Value(configs, defaults, TopicConfigs.MinCleanableDirtyRatio), CultureInfo.InvariantCulture),
        },
        MaxMessageBytes = (int)Number(configs, defaults, TopicConfigs.MaxMessageBytes),
        Codec = CodecOf(Value(configs, defaults, TopicConfigs.CompressionType)),
        TimestampType = Value(configs, defaults, TopicConfigs.MessageTimestampType) == nameof(TimestampType.LogAppendTime) ? TimestampType.LogAppendTime : TimestampType.CreateTime,
        TimestampBeforeMaxMs = Number(configs, defaults, TopicConfigs.MessageTimestampBeforeMaxMs),
        TimestampAfterMaxMs = Number(configs, defaults, TopicConfigs.MessageTimestampAfterMaxMs),
        MinInsyncReplicas = (int)Number(configs, defaults, TopicConfigs.MinInsyncReplicas),
        NotesProducers = Value(configs, defaults, TopicConfigs.AuditProducers) == "true",
    };

    /// <summary>The value in force, in its one form.</summary>
    internal static string Value(ImmutableSortedDictionary<string, string> configs, TopicDefaults defaults, ConfigDefinition definition) =>
        configs.TryGetValue(definition.Name, out string? text) && definition.TryNormalise(text, out string value, out _) ? value : defaults.Of(definition);

    private static long Number(ImmutableSortedDictionary<string, string> configs, TopicDefaults defaults, ConfigDefinition definition) =>
        long.Parse(Value(configs, defaults, definition), CultureInfo.InvariantCulture);

    private static CleanupPolicy Cleanup(string value) => value.Split(',').Aggregate(CleanupPolicy.None, (policy, word) => policy | word switch
    {
        "compact" => CleanupPolicy.Compact,
        "delete" => CleanupPolicy.Delete,
        _ => CleanupPolicy.None,
    });

    private static CompressionCodec? CodecOf(string value) => value switch
    {
        "uncompressed" => CompressionCodec.None,
        "gzip" => CompressionCodec.Gzip,
        "snappy" => CompressionCodec.Snappy,
        "lz4" => CompressionCodec.Lz4,
        "zstd" => CompressionCodec.Zstd,
        _ => null,
    };
}
