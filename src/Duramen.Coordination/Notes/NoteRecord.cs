namespace Duramen.Coordination.Notes;

/// <summary>A note as a record for the log of notes.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
public readonly record struct NoteRecord(byte[] Key, byte[] Value);
