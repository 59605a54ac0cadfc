using System.Runtime.CompilerServices;
using Duramen.Core.Binary;

namespace Duramen.Records.Batches;

/// <summary>
/// Walks the uncompressed records of a batch without copying. Total: whatever the bytes are, the walk ends, either behind the last record or
/// at the first thing that is wrong, which <see cref="Fault"/> then says.
/// <code>
/// while (reader.TryRead(out RecordView record)) { ... }
/// if (!reader.Fault.IsNone) { ... }
/// </code>
/// </summary>
public ref struct RecordReader
{
    private readonly ReadOnlySpan<byte> _records;
    private readonly long _baseOffset;
    private readonly long _timestampMs;
    private readonly int _count;
    private readonly int _lastOffsetDelta;
    private readonly bool _isLogAppendTime;
    private int _position;
    private int _index;
    private int _previousDelta;
    private BatchFault _fault;

    /// <summary>Reads the records of <paramref name="batch"/> from <paramref name="records"/>, which are its record bytes, decompressed where they were compressed.</summary>
    public RecordReader(scoped RecordBatchView batch, ReadOnlySpan<byte> records)
    {
        _records = records;
        _baseOffset = batch.BaseOffset.Value;
        _isLogAppendTime = batch.IsLogAppendTime;
        _timestampMs = _isLogAppendTime ? batch.MaxTimestampMs : batch.BaseTimestampMs;
        _count = batch.RecordCount;
        _lastOffsetDelta = batch.LastOffsetDelta;
        _previousDelta = -1;
    }

    /// <summary>What ended the walk early, if anything did.</summary>
    public readonly BatchFault Fault => _fault;

    /// <summary>The number of records read so far.</summary>
    public readonly int RecordsRead => _index;

    /// <summary>Where the next record starts, in bytes from the start of the records.</summary>
    public readonly int PositionBytes => _position;

    /// <summary>Reads the next record. False at the end and at a fault.</summary>
    public bool TryRead(out RecordView record)
    {
        record = default;
        if (!_fault.IsNone)
        {
            return false;
        }

        if (_index >= _count)
        {
            if (_position != _records.Length)
            {
                _fault = new BatchFault(BatchDefect.RecordCountMismatch, _position, _index, _index + 1L, _count);
            }

            return false;
        }

        if (_position == _records.Length)
        {
            _fault = new BatchFault(BatchDefect.RecordCountMismatch, _position, _index, _index, _count);
            return false;
        }

        return TryParse(out record);
    }

    private bool TryParse(out RecordView record)
    {
        record = default;
        ReadOnlySpan<byte> rest = _records[_position..];
        if (!Varint.TryRead32(rest, out int length, out int prefix) || length < 0 || length > rest.Length - prefix)
        {
            return Fail(BatchDefect.RecordMalformed);
        }

        ReadOnlySpan<byte> body = rest.Slice(prefix, length);

        // The first byte is the record's attributes, of which the format uses none.
        int position = 1;
        if (body.IsEmpty
            || !TryRead64(body, ref position, out long timestampDelta)
            || !TryRead32(body, ref position, out int offsetDelta)
            || !TryReadNullableBytes(body, ref position, out NullableBytes key)
            || !TryReadNullableBytes(body, ref position, out NullableBytes value)
            || !TryReadHeaders(body, ref position, out RecordHeadersView headers)
            || position != body.Length)
        {
            return Fail(BatchDefect.RecordMalformed);
        }

        // Compaction leaves gaps, so deltas need not be consecutive; a log that accepts records from outside checks that too.
        if (offsetDelta <= _previousDelta || offsetDelta > _lastOffsetDelta)
        {
            return Fail(BatchDefect.OffsetDeltaMismatch, offsetDelta, Math.Min(_previousDelta + 1L, _lastOffsetDelta));
        }

        long timestampMs = _isLogAppendTime ? _timestampMs : unchecked(_timestampMs + timestampDelta);
        record = new RecordView(rest[..(prefix + length)], _baseOffset, offsetDelta, timestampMs, key, value, headers);
        _previousDelta = offsetDelta;
        _position += prefix + length;
        _index++;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Fail(BatchDefect defect, long found = 0, long expected = 0)
    {
        _fault = new BatchFault(defect, _position, _index, found, expected);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryRead32(ReadOnlySpan<byte> bytes, scoped ref int position, out int value)
    {
        bool read = Varint.TryRead32(bytes[position..], out value, out int sizeBytes);
        position += sizeBytes;
        return read;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryRead64(ReadOnlySpan<byte> bytes, scoped ref int position, out long value)
    {
        bool read = Varint.TryRead64(bytes[position..], out value, out int sizeBytes);
        position += sizeBytes;
        return read;
    }

    /// <summary>Reads a length (-1 for null) and that many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReadNullableBytes(ReadOnlySpan<byte> bytes, scoped ref int position, out NullableBytes value)
    {
        value = default;
        if (!TryRead32(bytes, ref position, out int length) || length < -1 || length > bytes.Length - position)
        {
            return false;
        }

        if (length >= 0)
        {
            value = new NullableBytes(bytes.Slice(position, length));
            position += length;
        }

        return true;
    }

    private static bool TryReadHeaders(ReadOnlySpan<byte> bytes, scoped ref int position, out RecordHeadersView headers)
    {
        headers = default;

        // A header takes two bytes at least, which bounds the walk by the bytes there are, whatever the count says.
        if (!TryRead32(bytes, ref position, out int count)
            || count < 0
            || count > (bytes.Length - position) / 2
            || !RecordHeadersView.TryMeasure(bytes[position..], count, out int sizeBytes))
        {
            return false;
        }

        headers = new RecordHeadersView(bytes.Slice(position, sizeBytes), count);
        position += sizeBytes;
        return true;
    }
}
