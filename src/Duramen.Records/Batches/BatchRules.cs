using Duramen.Records.Compression;

namespace Duramen.Records.Batches;

/// <summary>What is demanded of a batch. Three starting points: <see cref="ForProducers"/>, <see cref="ForAppends"/> and <see cref="ForStoredBatches"/>.</summary>
public sealed record BatchRules
{
    /// <summary>What producers may send: data only, offsets without gaps, one batch and nothing behind it.</summary>
    public static BatchRules ForProducers { get; } = new();

    /// <summary>
    /// What a log takes from whoever appends, producers and the log's own coordinators: also control batches and the log's own timestamps, but
    /// every offset that the batch will cover has its record.
    /// </summary>
    public static BatchRules ForAppends { get; } = new() { IsFromProducer = false, AllowsTrailingBytes = true };

    /// <summary>What may stand in a log: also control batches, the log's own timestamps, and the gaps and empty batches that compaction leaves.</summary>
    public static BatchRules ForStoredBatches { get; } = new() { IsFromProducer = false, HasOffsets = true, AllowsTrailingBytes = true };

    /// <summary>Whether only what a producer may set is allowed: no control batches, no timestamps of the log's, times near enough to now.</summary>
    public bool IsFromProducer { get; init; } = true;

    /// <summary>
    /// Whether a log gave the batch its offsets, so that they must exist and compaction may have left gaps. Otherwise the base offset is of no
    /// account, and there is at least one record and no gap.
    /// </summary>
    public bool HasOffsets { get; init; }

    /// <summary>Whether other bytes may follow the batch.</summary>
    public bool AllowsTrailingBytes { get; init; }

    /// <summary>Whether every record must have a key, as compaction by key needs.</summary>
    public bool RequiresKeys { get; init; }

    /// <summary>The largest batch, header included, in bytes (Kafka's <c>max.message.bytes</c>).</summary>
    public int MaxSizeBytes { get; init; } = int.MaxValue;

    /// <summary>The most headers on a record.</summary>
    public int MaxHeadersPerRecord { get; init; } = RecordLimits.MaxHeadersPerRecord;

    /// <summary>How far a record's time may lie before now, in milliseconds (Kafka's <c>message.timestamp.before.max.ms</c>).</summary>
    public long MaxTimestampAgeMs { get; init; } = long.MaxValue;

    /// <summary>How far a record's time may lie after now, in milliseconds (Kafka's <c>message.timestamp.after.max.ms</c>).</summary>
    public long MaxTimestampAheadMs { get; init; } = long.MaxValue;

    /// <summary>Whether the largest timestamp in the header must be that of the records. Kafka corrects it instead of refusing the batch.</summary>
    public bool RequiresExactMaxTimestamp { get; init; }

    /// <summary>How much records may decompress to, and so how many of them a compressed batch may claim.</summary>
    public DecompressionLimits Decompression { get; init; } = DecompressionLimits.Default;
}
