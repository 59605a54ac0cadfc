namespace Duramen.State.Replication;

/// <summary>What an input did to one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value from now on; null when the key is no more.</param>
internal readonly record struct StateChange(byte[] Key, byte[]? Value);
