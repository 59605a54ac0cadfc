namespace Duramen.Records.Batches;

/// <summary>What is wrong with a batch. The names are stable: they appear in messages, metrics and tests.</summary>
public enum BatchDefect
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The bytes end before the batch does.</summary>
    TooShort,

    /// <summary>The length field holds a value that no batch can have.</summary>
    BadLength,

    /// <summary>The magic byte names another version of the layout.</summary>
    BadMagic,

    /// <summary>The bytes are not those that the checksum was made of.</summary>
    ChecksumMismatch,

    /// <summary>The batch is larger than the log accepts.</summary>
    TooLarge,

    /// <summary>Bytes follow the batch where there may be one batch only.</summary>
    TrailingBytes,

    /// <summary>The record count is zero or negative.</summary>
    NonPositiveCount,

    /// <summary>The record count is larger than a batch may have, or than its bytes could hold.</summary>
    TooManyRecords,

    /// <summary>The offset deltas do not run from 0 to the last one as they must.</summary>
    OffsetDeltaMismatch,

    /// <summary>A client sent a batch with the control bit, which only the log may set.</summary>
    ControlBatchFromClient,

    /// <summary>A client set the delete horizon bit, which only compaction may set.</summary>
    DeleteHorizonFromClient,

    /// <summary>A producer id without an epoch or a base sequence.</summary>
    SequenceMissing,

    /// <summary>A transactional batch without a producer id.</summary>
    ProducerMissing,

    /// <summary>The attributes name a codec that does not exist.</summary>
    UnknownCodec,

    /// <summary>The library of the codec is not installed on this machine.</summary>
    CodecUnavailable,

    /// <summary>The compressed bytes are not what the codec wrote.</summary>
    CorruptCompression,

    /// <summary>The records decompress to more than the budget allows.</summary>
    DecompressionBudgetExceeded,

    /// <summary>A record's fields do not fit its length or the bytes there are.</summary>
    RecordMalformed,

    /// <summary>There are fewer or more records than the batch says.</summary>
    RecordCountMismatch,

    /// <summary>A record has more headers than allowed.</summary>
    TooManyHeaders,

    /// <summary>A record without a key in a log that is compacted by key.</summary>
    NullKey,

    /// <summary>A timestamp further from now than the log accepts, or not a point in time at all.</summary>
    TimestampOutOfRange,

    /// <summary>The largest timestamp of the records is not the one that the batch says.</summary>
    MaxTimestampMismatch,

    /// <summary>A client set the bit that says that the log gave the timestamps.</summary>
    LogAppendTimeFromClient,

    /// <summary>A control batch whose record is no control record.</summary>
    ControlRecordMalformed,
}
