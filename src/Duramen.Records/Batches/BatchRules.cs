using Duramen.Records.Compression;

namespace Duramen.Records.Batches;

/// <summary>What a log demands of a batch. Two starting points: <see cref="ForProducers"/> and <see cref="ForStoredBatches"/>.</summary>
public sealed record BatchRules
{
    /// <summary>What producers may send: data only, offsets without gaps, one batch and nothing behind it.</summary>
    public static BatchRules ForProducers { get; } = new();

    /// <summary>What may stand in a log: also control batches, the log's own timestamps, and the gaps and empty batches that compaction leaves.</summary>
    public static BatchRules ForStoredBatches { get; } = new() { IsFromProducer = false, AllowsTrailingBytes = true };

    /// <summary>Whether the rules for producers hold.</summary>
    public bool IsFromProducer { get; init; } = true;

    /// <summary>Whether other bytes may follow the batch.</summary>
    public bool AllowsTrailingBytes { get; init; }

    /// <summary>Whether every record must have a key, as compaction by key needs.</summary>
    public bool RequiresKeys { get; init; }

    /// <summary>The largest batch, header included, in bytes (Kafka's <c>max.message.bytes</c>).</summary>
    public int MaxSizeBytes { get; init; } = int.MaxValue;

    /// <summary>The most records in a batch.</summary>
    public int MaxRecords { get; init; } = RecordLimits.MaxRecordsPerBatch;

    /// <summary>The most headers on a record.</summary>
    public int MaxHeadersPerRecord { get; init; } = RecordLimits.MaxHeadersPerRecord;

    /// <summary>How far a record's time may lie before now, in milliseconds (Kafka's <c>message.timestamp.before.max.ms</c>).</summary>
    public long MaxTimestampAgeMs { get; init; } = long.MaxValue;

    /// <summary>How far a record's time may lie after now, in milliseconds (Kafka's <c>message.timestamp.after.max.ms</c>).</summary>
    public long MaxTimestampAheadMs { get; init; } = long.MaxValue;

    /// <summary>Whether the largest timestamp in the header must be that of the records. Kafka corrects it instead of refusing the batch.</summary>
    public bool RequiresExactMaxTimestamp { get; init; }

    /// <summary>How much records may decompress to; used by a decoder made for these rules.</summary>
    public DecompressionLimits Decompression { get; init; } = DecompressionLimits.Default;
}
