using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Duramen.Core.Errors;

namespace Duramen.Cli.Quickstart;

/// <summary>
/// The history of a git repository: an event for each path that differs between a commit and the one before it on the main line, which follows first parents. So after
/// the events of any commit the paths are those of its tree; what was merged comes with the merge.
/// </summary>
internal sealed class GitHistory : IEventSource
{
    // Before each commit, where no path can be: paths come behind a line that begins with a colon.
    private const byte CommitMark = 1;

    private readonly string _folder;
    private readonly string _head;

    private GitHistory(string folder, string head)
    {
        _folder = folder;
        _head = head;
    }

    public string Name => $"the git history of {_folder}";

    /// <summary>The history that a folder is part of.</summary>
    /// <exception cref="DuramenException"><see cref="CliErrors.HistoryUnreadable"/>: the folder is in no repository, or in one without commits.</exception>
    public static async Task<GitHistory> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        await foreach (byte[] head in GitProcess.ReadAsync(folder, ["log", "-z", "-1", "--no-show-signature", "--format=%H"], cancellationToken).ConfigureAwait(false))
        {
            return new GitHistory(folder, Encoding.ASCII.GetString(head).Trim());
        }

        throw GitProcess.Unreadable(folder, "the repository has no commits");
    }

    public async IAsyncEnumerable<PathEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var json = new EventJson();
        // A path of bytes is a string of as many characters here.
        var paths = new HashSet<string>(StringComparer.Ordinal);
        GitCommit? commit = null;
        await using IAsyncEnumerator<byte[]> pieces = GitProcess.ReadAsync(
            _folder,
            [
                "-c", "log.showRoot=true", "-c", "log.diffMerges=first-parent",
                "log", "-z", "--reverse", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "--no-relative", "--ignore-submodules=none", "--no-color",
                "--no-show-signature", "--encoding=UTF-8", "--format=%x01%H%x00%ct%x00%at%x00%an%x00%s", _head, "--",
            ],
            cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await pieces.MoveNextAsync().ConfigureAwait(false))
        {
            if (pieces.Current is [CommitMark, .. byte[] id])
            {
                string[] fields = [await NextAsync(pieces).ConfigureAwait(false), await NextAsync(pieces).ConfigureAwait(false), await NextAsync(pieces).ConfigureAwait(false), await NextAsync(pieces).ConfigureAwait(false)];
                commit = new GitCommit(Encoding.ASCII.GetString(id), Seconds(fields[0]) * 1000, DateTimeOffset.FromUnixTimeSeconds(Seconds(fields[1])), fields[2], fields[3]);
            }
            else if (Encoding.ASCII.GetString(pieces.Current).Trim() is [':', ..] change && commit is not null && await pieces.MoveNextAsync().ConfigureAwait(false))
            {
                (string, string)? file = FileOf(change);
                string name = Encoding.Latin1.GetString(pieces.Current);
                string status = file is null ? "deleted" : paths.Contains(name) ? "modified" : "added";
                _ = file is null ? paths.Remove(name) : paths.Add(name);
                yield return commit.Describe(json, pieces.Current, status, file);
            }
        }
    }

    // :MODE-BEFORE MODE CONTENT-BEFORE CONTENT STATUS
    private static (string Mode, string Blob)? FileOf(string change) => change.Split(' ') is [_, not "000000" and var mode, _, var blob, ..] ? (mode, blob) : null;

    private async Task<string> NextAsync(IAsyncEnumerator<byte[]> pieces) =>
        await pieces.MoveNextAsync().ConfigureAwait(false) ? Encoding.UTF8.GetString(pieces.Current) : throw GitProcess.Unreadable(_folder, "git's output ended in the middle of a commit");

    // A time that is no number, which git shows for a damaged commit, counts as 1970.
    private static long Seconds(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
            ? Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            : 0;
}
