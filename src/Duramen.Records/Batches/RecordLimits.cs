namespace Duramen.Records.Batches;

/// <summary>The limits of this project, in one place. Each bounds what one batch from outside can cost.</summary>
public static class RecordLimits
{
    /// <summary>The most headers on one record. Kafka knows no limit; this keeps what is made for one record in proportion to what is made for a batch.</summary>
    public const int MaxHeadersPerRecord = 100_000;

    /// <summary>The most bad records of a batch that are named one by one: a batch of megabytes of them would make many times as much.</summary>
    public const int MaxNamedRecords = 100_000;

    /// <summary>The largest batch that a builder makes, before compression, in bytes: what a reader may decompress at most.</summary>
    public const int MaxBatchSizeBytes = MaxDecompressedSizeBytes + RecordBatchLayout.HeaderSizeBytes;

    /// <summary>The most that the records of one batch may decompress to, in bytes, however large the batch is.</summary>
    public const int MaxDecompressedSizeBytes = 64 * 1024 * 1024;

    /// <summary>The most that records may decompress to, as a multiple of their compressed size.</summary>
    public const int MaxExpansionFactor = 100;

    /// <summary>
    /// What records may decompress to however small they were, in bytes. Clients limit a batch to about 1 MB before compression, and a batch of equal
    /// records (every tutorial, every load generator) compresses a thousandfold; twice that limit lets all of those pass and bounds a bomb all the same.
    /// </summary>
    public const int MinDecompressionBudgetBytes = 2 * 1024 * 1024;

    /// <summary>The largest window of a zstd frame, as a power of two: 8 MiB, which every level below the "ultra" ones keeps to.</summary>
    public const int MaxZstdWindowLog = 23;

    /// <summary>
    /// The size of the smallest record: a length, attributes, two deltas, null key, null value, no headers; in bytes. The number of records in a batch has no other
    /// limit than this and the batch's size.
    /// </summary>
    public const int MinRecordSizeBytes = 7;
}
