using Duramen.Core.Ids;

namespace Duramen.Log.Timestamps;

/// <summary>Where a time is among the records that are known: between the last one at or before it, and the first one behind that, which is later.</summary>
/// <param name="After">The offset after the last record at or before the time; null when all that are known are later.</param>
/// <param name="Before">The offset of the first record from there on; null when there is none.</param>
public readonly record struct TimePlace(Offset? After, Offset? Before);
