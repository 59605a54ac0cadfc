namespace Duramen.Records.Batches;

/// <summary>A header to be written with a record: a name, and bytes that may be null.</summary>
public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value);
