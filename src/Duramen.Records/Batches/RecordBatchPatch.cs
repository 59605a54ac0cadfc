using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;

namespace Duramen.Records.Batches;

/// <summary>
/// The fields a log sets in a batch it was given. Offset and epoch are not covered by the checksum, so setting them leaves the batch as its
/// producer made it; the others cost a new checksum over the whole batch.
/// </summary>
public static class RecordBatchPatch
{
    /// <summary>Sets the offset of the first record.</summary>
    public static void SetBaseOffset(Span<byte> batch, Offset baseOffset) =>
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.BaseOffset..], baseOffset.Value);

    /// <summary>Sets the epoch of the leader that appends the batch.</summary>
    public static void SetLeaderEpoch(Span<byte> batch, LeaderEpoch epoch) =>
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.PartitionLeaderEpoch..], epoch.Value);

    /// <summary>Gives all records the time of their append (milliseconds since 1970) and makes a new checksum.</summary>
    public static void SetLogAppendTime(Span<byte> batch, long appendTimeMs)
    {
        short attributes = BinaryPrimitives.ReadInt16BigEndian(batch[RecordBatchLayout.Attributes..]);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchLayout.Attributes..], (short)(attributes | (short)BatchAttributes.LogAppendTime));
        SetMaxTimestamp(batch, appendTimeMs);
    }

    /// <summary>Sets the largest timestamp of the records (milliseconds since 1970) and makes a new checksum.</summary>
    public static void SetMaxTimestamp(Span<byte> batch, long maxTimestampMs)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.MaxTimestamp..], maxTimestampMs);
        int sizeBytes = RecordBatchLayout.LengthPrefixSizeBytes + BinaryPrimitives.ReadInt32BigEndian(batch[RecordBatchLayout.BatchLength..]);
        uint checksum = Crc32C.Compute(batch[RecordBatchLayout.Attributes..sizeBytes]);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchLayout.Crc..], checksum);
    }
}
