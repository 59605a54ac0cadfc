using Duramen.Core.Ids;

namespace Duramen.State.Tables;

/// <summary>A version of a key, copied out of a table.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; null when the version is the removal of its key.</param>
/// <param name="Offset">The offset of the record that made it.</param>
/// <param name="TimestampMs">The time of that record, in milliseconds since 1970.</param>
public sealed record TableVersion(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Value, Offset Offset, long TimestampMs);
