namespace Duramen.State.Machines;

/// <summary>A record that a command decided to append.</summary>
/// <param name="Key">What it is about: a later record with this key replaces it.</param>
/// <param name="Value">What there is to know; null when the key is no more (a tombstone).</param>
public readonly record struct DecidedRecord(byte[] Key, byte[]? Value);
