namespace Duramen.Log.Contract;

/// <summary>A record to put into a batch.</summary>
internal readonly record struct TestRecord(long TimestampMs, byte[]? Key, byte[]? Value);
