namespace Duramen.State.Replays;

/// <summary>What a record did to one key of the state.</summary>
/// <param name="Key">The key.</param>
/// <param name="Before">Its value before; null for none.</param>
/// <param name="After">Its value from now on; null for none.</param>
public sealed record ReplayChange(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Before, ReadOnlyMemory<byte>? After);
