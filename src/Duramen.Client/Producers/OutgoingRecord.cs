using Duramen.Records.Batches;

namespace Duramen.Client.Producers;

/// <summary>A record to be produced. Its bytes are copied when the call returns that took it.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Value">The value; null deletes the key in a compacted topic.</param>
public readonly record struct OutgoingRecord(string Topic, ReadOnlyMemory<byte>? Value)
{
    /// <summary>The key; null, the default, when the record has none.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The headers; none by default.</summary>
    public ReadOnlyMemory<RecordHeader> Headers { get; init; }

    /// <summary>The partition; by default records with one key go to one partition, and records without a key to one after the other.</summary>
    public int? Partition { get; init; }

    /// <summary>The time, in milliseconds since 1970; now by default.</summary>
    public long? TimestampMs { get; init; }
}
