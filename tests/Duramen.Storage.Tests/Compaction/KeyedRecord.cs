namespace Duramen.Storage.Tests.Compaction;

/// <summary>A record as the tests compare it. A null value deletes the key.</summary>
internal readonly record struct KeyedRecord(long Offset, string? Key, string? Value);
