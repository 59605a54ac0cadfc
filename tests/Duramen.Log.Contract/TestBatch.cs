using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Log.Contract;

/// <summary>Makes uncompressed record batches as a producer would, plainly and independently of the product's own builder.</summary>
internal static class TestBatch
{
    /// <summary>The timestamp of batches whose timestamps do not matter.</summary>
    public const long AnyTimestampMs = 1_700_000_000_000;

    /// <summary>A batch of these records; deltas count from the first one's timestamp.</summary>
    public static byte[] Of(params TestRecord[] records) => Of(BatchAttributes.None, records);

    /// <summary>A batch of these records with these attributes.</summary>
    public static byte[] Of(BatchAttributes attributes, params TestRecord[] records)
    {
        List<byte> body = [];
        for (int index = 0; index < records.Length; index++)
        {
            AddRecord(body, records[index], records[index].TimestampMs - records[0].TimestampMs, index);
        }

        return WithBody(attributes, records.Length, records[0].TimestampMs, records.Max(record => record.TimestampMs), [.. body]);
    }

    /// <summary>A batch of <paramref name="count"/> records whose bytes no other tag gives.</summary>
    public static byte[] Tagged(string tag, int count = 1, long timestampMs = AnyTimestampMs) =>
        Of([.. Enumerable.Range(0, count).Select(index => new TestRecord(
            timestampMs,
            Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture)),
            Encoding.UTF8.GetBytes(tag)))]);

    /// <summary>A batch of one record for each timestamp.</summary>
    public static byte[] At(params long[] timestampsMs) =>
        Of([.. timestampsMs.Select(timestampMs => new TestRecord(timestampMs, null, [1, 2, 3]))]);

    /// <summary>A batch whose header is right whatever its records are.</summary>
    public static byte[] WithBody(BatchAttributes attributes, int count, long baseTimestampMs, long maxTimestampMs, byte[] body)
    {
        byte[] batch = new byte[RecordBatchLayout.HeaderSizeBytes + body.Length];
        body.CopyTo(batch, RecordBatchLayout.Records);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.BatchLength), batch.Length - RecordBatchLayout.LengthPrefixSizeBytes);
        // What a producer sends in the fields that are the log's to set is of no account.
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchLayout.BaseOffset), 4242);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.PartitionLeaderEpoch), 77);
        batch[RecordBatchLayout.Magic] = RecordBatchLayout.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(RecordBatchLayout.Attributes), (short)attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.LastOffsetDelta), count - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchLayout.BaseTimestamp), baseTimestampMs);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchLayout.MaxTimestamp), maxTimestampMs);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchLayout.ProducerId), -1);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(RecordBatchLayout.ProducerEpoch), -1);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.BaseSequence), -1);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.RecordCount), count);
        return Seal(batch);
    }

    /// <summary>Sets the checksum that the bytes give now.</summary>
    public static byte[] Seal(byte[] batch)
    {
        uint checksum = Crc32C.Compute(batch.AsSpan(RecordBatchLayout.Attributes));
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchLayout.Crc), checksum);
        return batch;
    }

    /// <summary>The bytes that the log must return for a batch it gave this offset and epoch: nothing else may differ.</summary>
    public static byte[] Stamped(byte[] batch, Offset baseOffset, LeaderEpoch? epoch = null)
    {
        byte[] stamped = [.. batch];
        BinaryPrimitives.WriteInt64BigEndian(stamped.AsSpan(RecordBatchLayout.BaseOffset), baseOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(stamped.AsSpan(RecordBatchLayout.PartitionLeaderEpoch), (epoch ?? LeaderEpoch.None).Value);
        return stamped;
    }

    /// <summary>Batches back to back, in a buffer of their own.</summary>
    public static byte[] Join(params IEnumerable<byte[]> batches) => [.. batches.SelectMany(batch => batch)];

    private static void AddRecord(List<byte> body, TestRecord record, long timestampDelta, int offsetDelta)
    {
        List<byte> bytes = [0];
        AddVarint(bytes, timestampDelta);
        AddVarint(bytes, offsetDelta);
        AddBlob(bytes, record.Key);
        AddBlob(bytes, record.Value);
        AddVarint(bytes, 0);
        AddVarint(body, bytes.Count);
        body.AddRange(bytes);
    }

    private static void AddBlob(List<byte> bytes, byte[]? blob)
    {
        AddVarint(bytes, blob?.Length ?? -1);
        bytes.AddRange(blob ?? []);
    }

    private static void AddVarint(List<byte> bytes, long value)
    {
        ulong bits = (ulong)((value << 1) ^ (value >> 63));
        for (; bits >= 0x80; bits >>= 7)
        {
            bytes.Add((byte)(bits | 0x80));
        }

        bytes.Add((byte)bits);
    }
}
