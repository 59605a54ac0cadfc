using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Broker.Partitions;

/// <summary>What a topic's configs ask of the batches that producers send to it.</summary>
internal sealed class PartitionRules
{
    /// <param name="maxMessageBytes">Kafka's <c>max.message.bytes</c>: the largest batch.</param>
    /// <param name="segmentSizeBytes">Kafka's <c>segment.bytes</c>: a batch must fit one.</param>
    /// <param name="requiresKeys">Whether the topic is compacted, so that every record needs a key.</param>
    /// <param name="usesLogAppendTime">Kafka's <c>message.timestamp.type</c>: whether records get the time of their append.</param>
    /// <param name="maxTimestampAgeMs">Kafka's <c>message.timestamp.before.max.ms</c>.</param>
    /// <param name="maxTimestampAheadMs">Kafka's <c>message.timestamp.after.max.ms</c>.</param>
    /// <param name="codec">Kafka's <c>compression.type</c>; null to keep the producer's.</param>
    public PartitionRules(
        int maxMessageBytes,
        long segmentSizeBytes,
        bool requiresKeys,
        bool usesLogAppendTime,
        long maxTimestampAgeMs,
        long maxTimestampAheadMs,
        CompressionCodec? codec)
    {
        SegmentSizeBytes = segmentSizeBytes;
        UsesLogAppendTime = usesLogAppendTime;
        Codec = codec;
        Batches = BatchRules.ForProducers with
        {
            MaxSizeBytes = maxMessageBytes,
            RequiresKeys = requiresKeys,
            MaxTimestampAgeMs = usesLogAppendTime ? long.MaxValue : maxTimestampAgeMs,
            MaxTimestampAheadMs = usesLogAppendTime ? long.MaxValue : maxTimestampAheadMs,
            RequiresExactMaxTimestamp = !usesLogAppendTime,
            Decompression = DecompressionFor(maxMessageBytes),
        };
    }

    public BatchRules Batches { get; }

    public long SegmentSizeBytes { get; }

    public bool UsesLogAppendTime { get; }

    public CompressionCodec? Codec { get; }

    /// <summary>
    /// What the topic takes uncompressed it takes compressed too, however small equal records become. Clients count their batches before compression, and some of them by
    /// an estimate, hence twice the limit.
    /// </summary>
    private static DecompressionLimits DecompressionFor(int maxMessageBytes)
    {
        DecompressionLimits limits = DecompressionLimits.Default;
        return limits with { MinBudgetBytes = (int)Math.Clamp(2L * maxMessageBytes, limits.MinBudgetBytes, limits.MaxSizeBytes) };
    }
}
