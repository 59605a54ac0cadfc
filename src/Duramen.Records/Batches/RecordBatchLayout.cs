namespace Duramen.Records.Batches;

/// <summary>
/// Where each field of a record batch stands, in bytes from its start; integers are big-endian. This is version 2 of Kafka's record batch
/// (KIP-98), which is at once the format of the wire, of the disk and of memory. The checksum covers everything from
/// <see cref="Attributes"/> on; the fields before it are the log's to set.
/// </summary>
public static class RecordBatchLayout
{
    /// <summary>Offset of the first record (int64); set by the log.</summary>
    public const int BaseOffset = 0;

    /// <summary>Number of bytes after this field (int32).</summary>
    public const int BatchLength = 8;

    /// <summary>Epoch of the leader that appended the batch (int32); set by the log.</summary>
    public const int PartitionLeaderEpoch = 12;

    /// <summary>Version of the layout (int8), always <see cref="CurrentMagic"/>.</summary>
    public const int Magic = 16;

    /// <summary>CRC-32C of everything after this field (uint32).</summary>
    public const int Crc = 17;

    /// <summary>Codec, timestamp type and flags (int16); see <see cref="BatchAttributes"/>.</summary>
    public const int Attributes = 21;

    /// <summary>Offset of the last record less the base offset (int32).</summary>
    public const int LastOffsetDelta = 23;

    /// <summary>Timestamp of the first record, or the delete horizon (int64, milliseconds since 1970).</summary>
    public const int BaseTimestamp = 27;

    /// <summary>Largest timestamp of any record (int64, milliseconds since 1970).</summary>
    public const int MaxTimestamp = 35;

    /// <summary>Producer id, or -1 (int64).</summary>
    public const int ProducerId = 43;

    /// <summary>Producer epoch, or -1 (int16).</summary>
    public const int ProducerEpoch = 51;

    /// <summary>Sequence number of the first record, or -1 (int32).</summary>
    public const int BaseSequence = 53;

    /// <summary>Number of records (int32).</summary>
    public const int RecordCount = 57;

    /// <summary>The records, compressed as one block when the attributes name a codec.</summary>
    public const int Records = 61;

    /// <summary>Bytes before the records.</summary>
    public const int HeaderSizeBytes = Records;

    /// <summary>Bytes before the batch-length field's own count begins.</summary>
    public const int LengthPrefixSizeBytes = BatchLength + sizeof(int);

    /// <summary>The smallest legal value of the batch-length field.</summary>
    public const int MinBatchLength = HeaderSizeBytes - LengthPrefixSizeBytes;

    /// <summary>Bytes that the checksum does not cover: everything before <see cref="Attributes"/>, the checksum included.</summary>
    public const int UncheckedSizeBytes = Attributes;

    /// <summary>The only version of the layout that Duramen stores.</summary>
    public const byte CurrentMagic = 2;
}
