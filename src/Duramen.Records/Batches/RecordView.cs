using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Records.Batches;

/// <summary>A record as it stands in somebody's buffer: good as long as the buffer is.</summary>
public readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly NullableBytes _key;
    private readonly NullableBytes _value;
    private readonly RecordHeadersView _headers;

    internal RecordView(
        ReadOnlySpan<byte> bytes, long baseOffset, int offsetDelta, long timestampMs, NullableBytes key, NullableBytes value, RecordHeadersView headers)
    {
        _bytes = bytes;
        _key = key;
        _value = value;
        _headers = headers;
        OffsetDelta = offsetDelta;
        Offset = new Offset(baseOffset + offsetDelta);
        TimestampMs = timestampMs;
    }

    /// <summary>The record's place in the log.</summary>
    public Offset Offset { get; }

    /// <summary>The record's offset less its batch's base offset.</summary>
    public int OffsetDelta { get; }

    /// <summary>The time its producer gave it, or the time of its append where the batch says so; milliseconds since 1970.</summary>
    public long TimestampMs { get; }

    /// <summary>The key; null when the record has none.</summary>
    public NullableBytes Key => _key;

    /// <summary>The value; null when the record deletes its key.</summary>
    public NullableBytes Value => _value;

    /// <summary>The headers.</summary>
    public RecordHeadersView Headers => _headers;

    /// <summary>All bytes of the record with its length prefix.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;
}
