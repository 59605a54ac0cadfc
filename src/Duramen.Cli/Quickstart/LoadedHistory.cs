using Duramen.Core.Ids;

namespace Duramen.Cli.Quickstart;

/// <summary>What was loaded into the topic.</summary>
/// <param name="Records">How many records.</param>
/// <param name="Commits">Where each commit ends, oldest first; none where the source has none.</param>
internal sealed record LoadedHistory(long Records, IReadOnlyList<LoadedHistory.CommitEnd> Commits)
{
    /// <summary>A moment that is half of the history ago: as of a commit, where there are commits, and before the only one.</summary>
    public CommitEnd Middle => Commits.LastOrDefault(commit => commit.End.Value <= Math.Max(Records / 2, 1) && commit.End.Value < Records)
        ?? (Commits.Count > 1 ? Commits[0] : new CommitEnd(null, new Offset(Commits.Count > 0 ? 0 : Records / 2)));

    /// <summary>A commit, and the offset after its last record: as of there the table is the commit's tree.</summary>
    internal sealed record CommitEnd(GitCommit? Commit, Offset End);
}
