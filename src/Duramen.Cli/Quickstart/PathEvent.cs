namespace Duramen.Cli.Quickstart;

/// <summary>What happened to a path: one record of the quickstart's topic.</summary>
/// <param name="Path">The path, the record's key; bytes, because a path need not be text.</param>
/// <param name="TimestampMs">When, in milliseconds since 1970.</param>
/// <param name="Description">What happened and who did it, as a JSON object.</param>
/// <param name="IsDeletion">Whether the path is gone since.</param>
internal readonly record struct PathEvent(byte[] Path, long TimestampMs, byte[] Description, bool IsDeletion);
