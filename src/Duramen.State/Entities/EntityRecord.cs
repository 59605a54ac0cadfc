using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.State.Entities;

/// <summary>A record of an entity.</summary>
/// <param name="Version">Which of the entity's records it is, from 1.</param>
/// <param name="Value">The value; null when the record is a tombstone.</param>
/// <param name="Headers">The headers, but for those that <see cref="EntityHeaders"/> names.</param>
/// <param name="RequestId">The request that the record ended, when it was given one.</param>
/// <param name="Offset">The record's place in the log.</param>
/// <param name="TimestampMs">The record's time, in milliseconds since 1970.</param>
public sealed record EntityRecord(
    EntityVersion Version,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<RecordHeader> Headers,
    string? RequestId,
    Offset Offset,
    long TimestampMs);
