using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Quickstart;

/// <summary>The table of files at a moment.</summary>
/// <param name="AsOf">The moment.</param>
/// <param name="IsNow">Whether it is the end of the history.</param>
/// <param name="Commit">The commit whose tree it is; null before the first, and where there are none.</param>
/// <param name="Count">How many files there were.</param>
/// <param name="Rows">Some of them.</param>
internal sealed record FilesShown(Moment AsOf, bool IsNow, GitCommit? Commit, long Count, IReadOnlyList<FileVersion> Rows);
