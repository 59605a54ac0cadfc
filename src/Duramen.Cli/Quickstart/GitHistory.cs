using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Duramen.Core.Errors;

namespace Duramen.Cli.Quickstart;

/// <summary>
/// The history of a git repository: an event for each path that a commit changed, in an order in which no commit comes before its parents. A merge
/// changes what it has different from all its parents. Where two branches changed a path and a merge took one side, the order can leave the other side
/// last; that is put right at the end by changes of the last commit, so that the events always add up to the files that the last commit has.
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
        // The files as the events so far leave them: the content of each path. A path of bytes is a string of as many characters here.
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        GitCommit? commit = null;
        await using IAsyncEnumerator<byte[]> pieces = GitProcess.ReadAsync(
            _folder,
            [
                "log", "-z", "--reverse", "--date-order", "--raw", "-c", "--no-abbrev", "--no-renames", "--no-relative", "--ignore-submodules=none", "--no-color",
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
                string? content = ContentOf(change);
                string name = Encoding.Latin1.GetString(pieces.Current);
                string status = content is null ? "deleted" : files.ContainsKey(name) ? "modified" : "added";
                Follow(files, name, content);
                yield return commit.Describe(json, pieces.Current, status, content);
            }
        }

        if (commit is not null)
        {
            foreach ((byte[] path, string status, string? content) in await FindLeftOutAsync(files, cancellationToken).ConfigureAwait(false))
            {
                yield return commit.Describe(json, path, status, content);
            }
        }
    }

    // Where the files of the last commit are not what the events come to.
    private async Task<List<(byte[] Path, string Status, string? Content)>> FindLeftOutAsync(Dictionary<string, string> files, CancellationToken cancellationToken)
    {
        var found = new List<(byte[], string, string?)>();
        await foreach (byte[] entry in GitProcess.ReadAsync(_folder, ["ls-tree", "-r", "-z", "--full-tree", _head], cancellationToken).ConfigureAwait(false))
        {
            // MODE TYPE CONTENT<tab>PATH
            int tab = Array.IndexOf(entry, (byte)'\t');
            string content = Encoding.ASCII.GetString(entry.AsSpan(0, tab)).Split(' ')[2];
            byte[] path = entry[(tab + 1)..];
            bool isKnown = files.Remove(Encoding.Latin1.GetString(path), out string? known);
            if (known != content)
            {
                found.Add((path, isKnown ? "modified" : "added", content));
            }
        }

        found.AddRange(files.Keys.Order(StringComparer.Ordinal).Select(path => (Encoding.Latin1.GetBytes(path), "deleted", (string?)null)));
        return found;
    }

    // One colon for each parent; the modes of the parents and the one now, the contents of the parents and the one now, what happened to each parent's.
    private static string? ContentOf(string change)
    {
        int parents = change.LastIndexOf(':') + 1;
        string[] fields = change[parents..].Split(' ');
        return fields[parents] == "000000" ? null : fields[(2 * parents) + 1];
    }

    private static void Follow(Dictionary<string, string> files, string path, string? content)
    {
        if (content is null)
        {
            files.Remove(path);
        }
        else
        {
            files[path] = content;
        }
    }

    private async Task<string> NextAsync(IAsyncEnumerator<byte[]> pieces) =>
        await pieces.MoveNextAsync().ConfigureAwait(false) ? Encoding.UTF8.GetString(pieces.Current) : throw GitProcess.Unreadable(_folder, "git's output ended in the middle of a commit");

    // A time that is no number, which git shows for a damaged commit, counts as 1970.
    private static long Seconds(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
            ? Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            : 0;
}
