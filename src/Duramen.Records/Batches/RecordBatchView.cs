using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Records.Compression;

namespace Duramen.Records.Batches;

/// <summary>
/// A record batch as it stands in somebody's buffer: nothing is copied or decoded until it is asked for. The view is as good as the bytes:
/// it checks lengths, so that no property reads outside them, but only <see cref="IsChecksumValid"/> says that they are what was written.
/// </summary>
public readonly ref struct RecordBatchView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private RecordBatchView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>
    /// Takes the batch at the start of <paramref name="buffer"/>. Fails when the buffer does not hold a whole batch of this version:
    /// too short for a header, a length that cannot be, or another magic.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> buffer, out RecordBatchView batch)
    {
        batch = default;
        if (buffer.Length < RecordBatchLayout.HeaderSizeBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(buffer[RecordBatchLayout.BatchLength..]);
        if (length < RecordBatchLayout.MinBatchLength
            || length > buffer.Length - RecordBatchLayout.LengthPrefixSizeBytes
            || buffer[RecordBatchLayout.Magic] != RecordBatchLayout.CurrentMagic)
        {
            return false;
        }

        batch = new RecordBatchView(buffer[..(RecordBatchLayout.LengthPrefixSizeBytes + length)]);
        return true;
    }

    /// <summary>All bytes of the batch.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The size of the batch with its header, in bytes.</summary>
    public int SizeBytes => _bytes.Length;

    /// <summary>The offset of the first record; compaction may have removed the record itself.</summary>
    public Offset BaseOffset => new(BinaryPrimitives.ReadInt64BigEndian(_bytes));

    /// <summary>The offset of the last record; compaction may have removed the record itself.</summary>
    public Offset LastOffset => new(BaseOffset.Value + LastOffsetDelta);

    /// <summary>The offset after the last record.</summary>
    public Offset NextOffset => new(BaseOffset.Value + LastOffsetDelta + 1);

    /// <summary>The last offset less the base offset.</summary>
    public int LastOffsetDelta => BinaryPrimitives.ReadInt32BigEndian(_bytes[RecordBatchLayout.LastOffsetDelta..]);

    /// <summary>The epoch of the leader that appended the batch.</summary>
    public LeaderEpoch LeaderEpoch => new(BinaryPrimitives.ReadInt32BigEndian(_bytes[RecordBatchLayout.PartitionLeaderEpoch..]));

    /// <summary>The checksum that the batch carries.</summary>
    public uint Checksum => BinaryPrimitives.ReadUInt32BigEndian(_bytes[RecordBatchLayout.Crc..]);

    /// <summary>Whether the bytes that the checksum covers give the checksum that the batch carries. Costs a pass over the batch.</summary>
    public bool IsChecksumValid => Crc32C.Compute(_bytes[RecordBatchLayout.Attributes..]) == Checksum;

    /// <summary>Codec, timestamp type and flags.</summary>
    public BatchAttributes Attributes => (BatchAttributes)BinaryPrimitives.ReadInt16BigEndian(_bytes[RecordBatchLayout.Attributes..]);

    /// <summary>How the records are compressed.</summary>
    public CompressionCodec Codec => (CompressionCodec)(Attributes & BatchAttributes.CodecMask);

    /// <summary>Whether the batch holds a control record rather than data.</summary>
    public bool IsControl => (Attributes & BatchAttributes.Control) != 0;

    /// <summary>Whether the batch is part of a transaction.</summary>
    public bool IsTransactional => (Attributes & BatchAttributes.Transactional) != 0;

    /// <summary>Whether every record carries the time of its append rather than its producer's.</summary>
    public bool IsLogAppendTime => (Attributes & BatchAttributes.LogAppendTime) != 0;

    /// <summary>Whether <see cref="BaseTimestampMs"/> is the time from which compaction may drop the batch's tombstones.</summary>
    public bool HasDeleteHorizon => (Attributes & BatchAttributes.DeleteHorizon) != 0;

    /// <summary>The timestamp that the records' deltas count from, in milliseconds since 1970, or the delete horizon.</summary>
    public long BaseTimestampMs => BinaryPrimitives.ReadInt64BigEndian(_bytes[RecordBatchLayout.BaseTimestamp..]);

    /// <summary>The largest timestamp of any record, in milliseconds since 1970.</summary>
    public long MaxTimestampMs => BinaryPrimitives.ReadInt64BigEndian(_bytes[RecordBatchLayout.MaxTimestamp..]);

    /// <summary>The idempotent producer of the batch, or <see cref="ProducerId.None"/>.</summary>
    public ProducerId ProducerId => new(BinaryPrimitives.ReadInt64BigEndian(_bytes[RecordBatchLayout.ProducerId..]));

    /// <summary>The producer's epoch, or -1.</summary>
    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(_bytes[RecordBatchLayout.ProducerEpoch..]);

    /// <summary>The sequence number of the first record, or -1.</summary>
    public int BaseSequence => BinaryPrimitives.ReadInt32BigEndian(_bytes[RecordBatchLayout.BaseSequence..]);

    /// <summary>The number of records that the batch says it holds.</summary>
    public int RecordCount => BinaryPrimitives.ReadInt32BigEndian(_bytes[RecordBatchLayout.RecordCount..]);

    /// <summary>The records as they are stored, compressed when <see cref="Codec"/> says so.</summary>
    public ReadOnlySpan<byte> RecordsBytes => _bytes[RecordBatchLayout.Records..];
}
