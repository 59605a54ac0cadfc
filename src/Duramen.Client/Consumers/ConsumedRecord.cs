using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Client.Consumers;

/// <summary>A record that was read. Its bytes are the garbage collector's: they may be kept for as long as somebody wants them.</summary>
public readonly struct ConsumedRecord
{
    private readonly ConsumedBatch _batch;
    private readonly RecordHeader[]? _headers;
    private readonly int _keyStart;
    private readonly int _keyLength;
    private readonly int _valueStart;
    private readonly int _valueLength;

    internal ConsumedRecord(
        ConsumedBatch batch, Offset offset, long timestampMs, (int Start, int Length) key, (int Start, int Length) value, RecordHeader[]? headers)
    {
        _batch = batch;
        _headers = headers;
        (_keyStart, _keyLength) = key;
        (_valueStart, _valueLength) = value;
        Offset = offset;
        TimestampMs = timestampMs;
    }

    /// <summary>The partition it is in.</summary>
    public TopicPartition Partition => _batch.Partition;

    /// <summary>Its place there.</summary>
    public Offset Offset { get; }

    /// <summary>Its time, in milliseconds since 1970.</summary>
    public long TimestampMs { get; }

    /// <summary>The key; null when it has none.</summary>
    public ReadOnlyMemory<byte>? Key => _keyLength < 0 ? default(ReadOnlyMemory<byte>?) : _batch.Bytes.Slice(_keyStart, _keyLength);

    /// <summary>The value; null when it deletes its key.</summary>
    public ReadOnlyMemory<byte>? Value => _valueLength < 0 ? default(ReadOnlyMemory<byte>?) : _batch.Bytes.Slice(_valueStart, _valueLength);

    /// <summary>The headers.</summary>
    public IReadOnlyList<RecordHeader> Headers => _headers ?? [];
}
