using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Log.Contract;

/// <summary>
/// Makes record batches as a producer would. The product's builder makes the good ones; what only a test makes, headers that lie, and what a log's
/// own work is compared with, stamping, is done here by hand.
/// </summary>
internal static class TestBatch
{
    /// <summary>The timestamp of batches whose timestamps do not matter.</summary>
    public const long AnyTimestampMs = 1_700_000_000_000;

    private const long AnyBaseOffset = 4242;
    private const int AnyEpoch = 77;

    /// <summary>A batch of these records.</summary>
    public static byte[] Of(params IEnumerable<TestRecord> records) => Build(CompressionCodec.None, null, records);

    /// <summary>A batch of these records that says that all were appended at one time.</summary>
    public static byte[] AppendedAt(long timestampMs, params IEnumerable<TestRecord> records) => Build(CompressionCodec.None, timestampMs, records);

    /// <summary>A compressed batch of one record for each timestamp.</summary>
    public static byte[] Compressed(CompressionCodec codec, params IEnumerable<long> timestampsMs) =>
        Build(codec, null, timestampsMs.Select(timestampMs => new TestRecord(timestampMs, null, [1, 2, 3])));

    /// <summary>A batch of <paramref name="count"/> records whose bytes no other tag gives.</summary>
    public static byte[] Tagged(string tag, int count = 1, long timestampMs = AnyTimestampMs) =>
        Of(Enumerable.Range(0, count).Select(index => new TestRecord(
            timestampMs,
            Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture)),
            Encoding.UTF8.GetBytes(tag))));

    /// <summary>A batch of an idempotent producer.</summary>
    public static byte[] From(long producer, short epoch, int sequence, int count)
    {
        using RecordBatchBuilder builder = new();
        builder.SetProducer(new ProducerId(producer), epoch, sequence);
        for (int index = 0; index < count; index++)
        {
            builder.Append(AnyTimestampMs, NullableBytes.Null, Encoding.UTF8.GetBytes($"{producer}/{epoch}/{sequence}+{index}"));
        }

        return builder.Build().ToArray();
    }

    /// <summary>A batch of one record for each timestamp.</summary>
    public static byte[] At(params long[] timestampsMs) =>
        Compressed(CompressionCodec.None, timestampsMs);

    /// <summary>A batch whose header is right whatever its records are.</summary>
    public static byte[] WithBody(BatchAttributes attributes, int count, long baseTimestampMs, long maxTimestampMs, byte[] body)
    {
        byte[] batch = new byte[RecordBatchLayout.HeaderSizeBytes + body.Length];
        body.CopyTo(batch, RecordBatchLayout.Records);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.BatchLength), batch.Length - RecordBatchLayout.LengthPrefixSizeBytes);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(RecordBatchLayout.BaseOffset), AnyBaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(RecordBatchLayout.PartitionLeaderEpoch), AnyEpoch);
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

    private static byte[] Build(CompressionCodec codec, long? logAppendTimeMs, IEnumerable<TestRecord> records)
    {
        // What a producer sends in the fields that are the log's to set is of no account.
        using RecordBatchBuilder builder = new()
        {
            Codec = codec,
            LogAppendTimeMs = logAppendTimeMs,
            BaseOffset = new Offset(AnyBaseOffset),
            LeaderEpoch = new LeaderEpoch(AnyEpoch),
        };
        foreach (TestRecord record in records)
        {
            builder.Append(record.TimestampMs, Nullable(record.Key), Nullable(record.Value));
        }

        return builder.Build().ToArray();
    }

    private static NullableBytes Nullable(byte[]? bytes) => bytes is null ? NullableBytes.Null : new NullableBytes(bytes);
}
