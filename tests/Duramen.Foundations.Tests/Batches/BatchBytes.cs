using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Records.Batches;

namespace Duramen.Foundations.Tests.Batches;

/// <summary>Changes single fields of a batch, with and without the checksum following.</summary>
internal static class BatchBytes
{
    internal static byte[] WithInt64(byte[] batch, int position, long value) => Change(batch, bytes => BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(position), value));

    internal static byte[] WithInt32(byte[] batch, int position, int value) => Change(batch, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(position), value));

    internal static byte[] WithInt16(byte[] batch, int position, short value) => Change(batch, bytes => BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(position), value));

    internal static byte[] WithAttributes(byte[] batch, BatchAttributes attributes) => WithInt16(batch, RecordBatchLayout.Attributes, (short)attributes);

    /// <summary>A batch with the header of this one, other records and the right length and checksum.</summary>
    internal static byte[] WithRecords(byte[] batch, byte[] records, int count)
    {
        byte[] changed = [.. batch[..RecordBatchLayout.Records], .. records];
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(RecordBatchLayout.BatchLength), changed.Length - RecordBatchLayout.LengthPrefixSizeBytes);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(RecordBatchLayout.RecordCount), count);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(RecordBatchLayout.LastOffsetDelta), count - 1);
        FixChecksum(changed);
        return changed;
    }

    internal static void FixChecksum(byte[] batch) => BinaryPrimitives.WriteUInt32BigEndian(
        batch.AsSpan(RecordBatchLayout.Crc), Crc32C.Compute(batch.AsSpan(RecordBatchLayout.Attributes)));

    private static byte[] Change(byte[] batch, Action<byte[]> change)
    {
        byte[] changed = [.. batch];
        change(changed);
        FixChecksum(changed);
        return changed;
    }
}
