using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Records.Compression;

namespace Duramen.Records.Batches;

/// <summary>
/// Builds record batches, one after the other, in memory that it keeps: set what all batches share, append records, <see cref="Build"/>,
/// use the bytes, <see cref="Reset"/>. It allocates nothing once its memory has grown to the size of the batches (compressing codecs aside).
/// One owner, one thread.
/// </summary>
public sealed class RecordBatchBuilder : IDisposable
{
    private readonly PooledBuffer _plain = new();
    private readonly PooledBuffer _compressed = new();
    private BatchAttributes _flags;
    private long _baseTimestampMs;
    private long _maxTimestampMs;
    private int _count;
    private int _lastOffsetDelta;
    private int _maxSizeBytes = RecordLimits.MaxBatchSizeBytes;

    /// <summary>Makes a builder of uncompressed batches at offset 0 without a producer id.</summary>
    public RecordBatchBuilder() => Reset();

    /// <summary>How the records will be compressed.</summary>
    public CompressionCodec Codec { get; set; }

    /// <summary>The offset of the first record; a log sets its own when it appends.</summary>
    public Offset BaseOffset { get; set; }

    /// <summary>The epoch of the leader; a log sets its own when it appends.</summary>
    public LeaderEpoch LeaderEpoch { get; set; } = LeaderEpoch.None;

    /// <summary>The idempotent producer, or <see cref="ProducerId.None"/>.</summary>
    public ProducerId ProducerId { get; set; } = ProducerId.None;

    /// <summary>The producer's epoch, or -1.</summary>
    public short ProducerEpoch { get; set; } = -1;

    /// <summary>The sequence number of the first record, or -1.</summary>
    public int BaseSequence { get; set; } = -1;

    /// <summary>Whether the batch is part of a transaction of the producer.</summary>
    public bool IsTransactional { get; set; }

    /// <summary>The time that all records get because they are appended then (milliseconds since 1970), or null for the records' own times.</summary>
    public long? LogAppendTimeMs { get; set; }

    /// <summary>The largest batch to build, before compression, in bytes; at most <see cref="RecordLimits.MaxBatchSizeBytes"/>.</summary>
    public int MaxSizeBytes
    {
        get => _maxSizeBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, RecordBatchLayout.HeaderSizeBytes);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, RecordLimits.MaxBatchSizeBytes);
            _maxSizeBytes = value;
        }
    }

    /// <summary>The number of records appended since the last reset.</summary>
    public int Count => _count;

    /// <summary>The size the batch has now before compression, header included, in bytes.</summary>
    public int SizeBytes => _plain.Length;

    /// <summary>The compaction's time to set in place of the base timestamp; see <see cref="RecordBatchRewriter"/>.</summary>
    internal long? DeleteHorizonMs { get; set; }

    /// <summary>Sets the identity that makes a retried batch recognisable.</summary>
    public void SetProducer(ProducerId id, short epoch, int baseSequence)
    {
        ProducerId = id;
        ProducerEpoch = epoch;
        BaseSequence = baseSequence;
    }

    /// <summary>Drops the records and keeps the settings. Memory handed out by <see cref="Build"/> is no longer good.</summary>
    public void Reset()
    {
        _plain.Clear();
        _plain.GetSpan(RecordBatchLayout.HeaderSizeBytes);
        _plain.Advance(RecordBatchLayout.HeaderSizeBytes);
        _compressed.Clear();
        _flags = BatchAttributes.None;
        _count = 0;
        _lastOffsetDelta = -1;
        _baseTimestampMs = -1;
        _maxTimestampMs = -1;
    }

    /// <summary>
    /// An upper bound for what a record adds to a batch before compression, in bytes, whatever its timestamp and place;
    /// null keys and values count as 0 bytes.
    /// </summary>
    public static long MaxRecordSizeBytes(int keySizeBytes, int valueSizeBytes, ReadOnlySpan<RecordHeader> headers = default) =>
        1L + (5 * Varint.MaxSizeBytes32) + Varint.MaxSizeBytes64 + keySizeBytes + valueSizeBytes + HeadersSizeBytes(headers);

    /// <summary>Appends a record.</summary>
    /// <param name="timestampMs">The record's time, in milliseconds since 1970.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="value">The value, or null to delete the key.</param>
    /// <param name="headers">The headers, if any.</param>
    /// <exception cref="RecordException">The batch would exceed <see cref="MaxSizeBytes"/> or a limit of <see cref="RecordLimits"/>.</exception>
    public void Append(long timestampMs, NullableBytes key, NullableBytes value, ReadOnlySpan<RecordHeader> headers = default)
    {
        if (!TryAppend(timestampMs, key, value, headers))
        {
            ThrowFull(headers.Length);
        }
    }

    /// <summary>Appends a record, or says that it does not fit and changes nothing; see <see cref="Append"/>.</summary>
    public bool TryAppend(long timestampMs, NullableBytes key, NullableBytes value, ReadOnlySpan<RecordHeader> headers = default)
    {
        if (headers.Length > RecordLimits.MaxHeadersPerRecord)
        {
            return false;
        }

        long headersSizeBytes = headers.IsEmpty ? 0 : HeadersSizeBytes(headers);
        if (!TryBegin(_lastOffsetDelta + 1, timestampMs, key, value, headers.Length, headersSizeBytes, out Span<byte> rest))
        {
            return false;
        }

        foreach (RecordHeader header in headers)
        {
            rest = rest[WriteHeader(rest, header)..];
        }

        return true;
    }

    /// <summary>Appends a copy of a record at its offset delta, which must be above those before it; false when it does not fit.</summary>
    internal bool TryAppendCopy(RecordView record)
    {
        ReadOnlySpan<byte> headers = record.Headers.Bytes;
        if (!TryBegin(record.OffsetDelta, record.TimestampMs, record.Key, record.Value, record.Headers.Count, headers.Length, out Span<byte> rest))
        {
            return false;
        }

        headers.CopyTo(rest);
        return true;
    }

    /// <summary>Makes this batch a control batch with one record. Set producer id and epoch first; nothing else may be in the batch.</summary>
    public void AppendControl(ControlRecord control, long timestampMs)
    {
        Invariant.Holds(_count == 0);
        Span<byte> key = stackalloc byte[ControlRecord.KeySizeBytes];
        Span<byte> value = stackalloc byte[ControlRecord.ValueSizeBytes];
        control.WriteKey(key);
        control.WriteValue(value);
        Append(timestampMs, key, value);
        _flags |= BatchAttributes.Control | (control.IsTransactionEnd ? BatchAttributes.Transactional : BatchAttributes.None);
    }

    /// <summary>
    /// Finishes the batch. The memory is the builder's: good, and the caller's to patch, until the next append, reset or dispose.
    /// </summary>
    /// <exception cref="InvalidOperationException">No record was appended: readers do not expect empty batches.</exception>
    /// <exception cref="RecordException">The codec's library is not installed.</exception>
    public Memory<byte> Build()
    {
        if (_count == 0)
        {
            throw new InvalidOperationException("A batch needs at least one record.");
        }

        return Finish(_lastOffsetDelta, LogAppendTimeMs ?? _maxTimestampMs, isControl: false);
    }

    /// <summary>Finishes a batch that stands for another one: it may be empty, and covers offsets whose records are gone.</summary>
    internal Memory<byte> BuildSurvivors(scoped RecordBatchView original)
    {
        long maxTimestampMs = original.IsLogAppendTime || _count == 0 ? original.MaxTimestampMs : _maxTimestampMs;
        if (_count == 0)
        {
            Codec = CompressionCodec.None;
            _baseTimestampMs = maxTimestampMs;
        }

        return Finish(original.LastOffsetDelta, maxTimestampMs, original.IsControl);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _plain.Dispose();
        _compressed.Dispose();
    }

    private Memory<byte> Finish(int lastOffsetDelta, long maxTimestampMs, bool isControl)
    {
        BatchAttributes attributes = _flags
            | (BatchAttributes)Codec
            | (IsTransactional ? BatchAttributes.Transactional : BatchAttributes.None)
            | (isControl ? BatchAttributes.Control : BatchAttributes.None)
            | (LogAppendTimeMs.HasValue ? BatchAttributes.LogAppendTime : BatchAttributes.None)
            | (DeleteHorizonMs.HasValue ? BatchAttributes.DeleteHorizon : BatchAttributes.None);

        PooledBuffer output = _plain;
        if (Codec != CompressionCodec.None)
        {
            output = _compressed;
            output.Clear();
            output.GetSpan(RecordBatchLayout.HeaderSizeBytes);
            output.Advance(RecordBatchLayout.HeaderSizeBytes);
            RecordCompression.Compress(Codec, _plain.WrittenSpan[RecordBatchLayout.Records..], output);
        }

        Span<byte> batch = output.WrittenSpan;
        BinaryPrimitives.WriteInt64BigEndian(batch, BaseOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.BatchLength..], batch.Length - RecordBatchLayout.LengthPrefixSizeBytes);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.PartitionLeaderEpoch..], LeaderEpoch.Value);
        batch[RecordBatchLayout.Magic] = RecordBatchLayout.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchLayout.Attributes..], (short)attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.LastOffsetDelta..], lastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.BaseTimestamp..], DeleteHorizonMs ?? _baseTimestampMs);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.MaxTimestamp..], maxTimestampMs);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.ProducerId..], ProducerId.Value);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchLayout.ProducerEpoch..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.BaseSequence..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.RecordCount..], _count);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchLayout.Crc..], Crc32C.Compute(batch[RecordBatchLayout.Attributes..]));
        return output.WrittenMemory;
    }

    // Writes everything up to the header count and accounts for the whole record; the caller fills rest with exactly headersSizeBytes.
    private bool TryBegin(
        int offsetDelta, long timestampMs, NullableBytes key, NullableBytes value, int headerCount, long headersSizeBytes, out Span<byte> rest)
    {
        rest = default;
        long baseTimestampMs = DeleteHorizonMs ?? (_count == 0 ? timestampMs : _baseTimestampMs);
        long timestampDelta = unchecked(timestampMs - baseTimestampMs);
        long bodySizeBytes = 1
            + Varint.SizeOf(timestampDelta)
            + Varint.SizeOf(offsetDelta)
            + SizeOf(key)
            + SizeOf(value)
            + Varint.SizeOf(headerCount)
            + headersSizeBytes;
        if (bodySizeBytes > _maxSizeBytes)
        {
            return false;
        }

        int sizeBytes = (int)bodySizeBytes + Varint.SizeOf(bodySizeBytes);
        if (sizeBytes > _maxSizeBytes - _plain.Length)
        {
            return false;
        }

        Span<byte> target = _plain.GetSpan(sizeBytes)[..sizeBytes];
        int position = Varint.Write(target, bodySizeBytes);
        target[position++] = 0;
        position += Varint.Write(target[position..], timestampDelta);
        position += Varint.Write(target[position..], offsetDelta);
        position += WriteBytes(target[position..], key);
        position += WriteBytes(target[position..], value);
        position += Varint.Write(target[position..], headerCount);
        rest = target[position..];
        _plain.Advance(sizeBytes);

        _maxTimestampMs = _count == 0 ? timestampMs : Math.Max(_maxTimestampMs, timestampMs);
        _baseTimestampMs = baseTimestampMs;
        _lastOffsetDelta = offsetDelta;
        _count++;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SizeOf(NullableBytes bytes) => bytes.IsNull ? 1 : Varint.SizeOf(bytes.Length) + bytes.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteBytes(Span<byte> target, NullableBytes bytes)
    {
        int prefix = Varint.Write(target, bytes.IsNull ? -1 : bytes.Length);
        bytes.Span.CopyTo(target[prefix..]);
        return prefix + bytes.Length;
    }

    private static long HeadersSizeBytes(ReadOnlySpan<RecordHeader> headers)
    {
        long size = 0;
        foreach (RecordHeader header in headers)
        {
            int keySizeBytes = Encoding.UTF8.GetByteCount(header.Key);
            int valueSizeBytes = header.Value?.Length ?? 0;
            size += Varint.SizeOf(keySizeBytes) + keySizeBytes + (header.Value.HasValue ? Varint.SizeOf(valueSizeBytes) : 1) + valueSizeBytes;
        }

        return size;
    }

    private static int WriteHeader(Span<byte> target, RecordHeader header)
    {
        int position = Varint.Write(target, Encoding.UTF8.GetByteCount(header.Key));
        position += Encoding.UTF8.GetBytes(header.Key, target[position..]);
        position += WriteBytes(target[position..], NullableBytes.Of(header.Value));
        return position;
    }

    private void ThrowFull(int headerCount) => throw new RecordException(
        RecordErrors.BatchFull,
        $"The record does not fit: the batch has {_count} records in {_plain.Length} bytes, the record {headerCount} headers; the limits are "
            + $"{_maxSizeBytes} bytes and {RecordLimits.MaxHeadersPerRecord} headers.",
        "Start another batch, or make the record smaller.");
}
