using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>The record that a search by time found.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="TimestampMs">Its timestamp, in milliseconds since 1970.</param>
public readonly record struct TimestampMatch(Offset Offset, long TimestampMs);
