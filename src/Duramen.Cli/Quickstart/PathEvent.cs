namespace Duramen.Cli.Quickstart;

/// <summary>What happened to a path: one record of the quickstart's topic.</summary>
/// <param name="Path">The path, the record's key; bytes, because a path need not be text.</param>
/// <param name="TimestampMs">When, in milliseconds since 1970.</param>
/// <param name="File">What there is at the path since, as a JSON object, the record's value; null when nothing is. Equal for equal files, so that a table can be compared.</param>
/// <param name="Description">What happened and who did it, as a JSON object.</param>
/// <param name="Commit">The commit that did it; null where there are none.</param>
internal readonly record struct PathEvent(byte[] Path, long TimestampMs, byte[]? File, byte[] Description, GitCommit? Commit);
