using System.Globalization;
using System.Text;
using Duramen.Cli.Server;
using Duramen.Cli.Streams;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Quickstart;

/// <summary>What the quickstart shows, for a terminal of some 120 columns: each part below the command that prints all of it.</summary>
internal sealed class QuickstartReport(StandardOutput output) : IQuickstartReport
{
    private const int PathWidth = 44;
    private const int CommitWidth = 8;
    private const int AuthorWidth = 16;
    private const int SubjectWidth = 40;

    public void Ready(DuramenNode node) => output.WriteLine(ServerCommand.Ready(node));

    public void Loaded(LoadedHistory loaded, IEventSource source, TimeSpan took)
    {
        string commits = loaded.Commits.Count == 0 ? "" : $" of {Wording.Count(loaded.Commits.Count, "commit")}";
        output.WriteLine("");
        output.WriteLine(FormattableString.Invariant(
            $"Loaded {Wording.Count(loaded.Records, "record")}{commits} from {source.Name} into the topic '{HistoryTopic.Name}' in {took.TotalSeconds:0.00} s,"));
        output.WriteLine("one for each change of a path. The path is the key and the file since then the value, so that the topic, read by key, is a table of files.");
    }

    public void Files(FilesShown files, string command)
    {
        string when = files.IsNow ? "The table of files now"
            : files.Commit is { } commit ? $"The same table as of commit {Commit(commit.Id)} ({Time(commit.CommittedMs)}, {Shorten(commit.Author, AuthorWidth)}: {Shorten(commit.Subject, SubjectWidth)})"
            : $"The same table as of offset {files.AsOf}";
        string rows = files.Rows.Count == 0 ? "." : files.IsNow ? ". Those that changed most:" : ". The same ones, as far as they were there:";
        Title(FormattableString.Invariant($"{when}: {Wording.Count(files.Count, "file")}{rows}"), command);
        Versions(files.Rows, hasPaths: true);
    }

    public void Differences(FileDifferences differences, Moment from, Moment to, string command)
    {
        Title(FormattableString.Invariant($"What changed between the two: {differences.Added} added, {differences.Changed} changed, {differences.Removed} removed{(differences.First.Count == 0 ? "." : ". The first of them:")}"), command);
        foreach (FileDifferences.Difference one in differences.First)
        {
            string kind = one.Kind switch { DifferenceKind.Added => "added", DifferenceKind.Removed => "removed", _ => "changed" };
            string what = one.Kind == DifferenceKind.Changed ? $"{Content(one.Before)} -> {Content(one.After)}" : Content(one.Before + one.After);
            output.WriteLine($"  {kind,-8}  {Path(one.Path)}  {what}");
        }
    }

    public void History(byte[] path, IReadOnlyList<FileVersion> last, long count, string command)
    {
        string which = last.Count < count ? FormattableString.Invariant($"{count} versions, of which the last {last.Count}") : Wording.Count(count, "version");
        Title($"The history of {Wording.OneLine(Encoding.UTF8.GetString(path))}: {which}.", command);
        Versions(last, hasPaths: false);
    }

    public void TryNext(IReadOnlyList<(string Command, string Does)> commands)
    {
        output.WriteLine("");
        output.WriteLine("The server goes on until Ctrl-C, for any Kafka client. Try in another terminal:");
        foreach ((string command, string does) in commands)
        {
            output.WriteLine($"  # {does}");
            output.WriteLine($"  {command}");
        }
    }

    public void Dispose()
    {
    }

    private void Title(string text, string command)
    {
        output.WriteLine("");
        output.WriteLine(text);
        output.WriteLine($"  $ {command}");
    }

    private void Versions(IReadOnlyList<FileVersion> versions, bool hasPaths)
    {
        if (versions.Count > 0)
        {
            output.WriteLine($"  {"offset",8}  {"time (UTC)",-16}  {(hasPaths ? $"{"path",-PathWidth}" : $"{"status",-8}")}  {"content",-CommitWidth}  commit    by whom, and why".TrimEnd());
        }

        foreach (FileVersion version in versions)
        {
            string about = hasPaths ? Path(version.Path) : $"{version.Why.Status,-8}";
            string why = version.Why.Commit.Length == 0 ? "" : $"{Commit(version.Why.Commit)}  {Shorten(version.Why.Author, AuthorWidth)}: {Shorten(version.Why.Subject, SubjectWidth)}";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {version.Offset.Value,8}  {Time(version.TimestampMs),-16}  {about}  {Content(version.Content),-CommitWidth}  {why}").TrimEnd());
        }
    }

    private static string Time(long timestampMs) => DateTimeOffset.FromUnixTimeMilliseconds(timestampMs).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Commit(string id) => id.Length > CommitWidth ? id[..CommitWidth] : id;

    // The id of a content as git abbreviates it; a size as it is.
    private static string Content(string content) => content.Contains(' ', StringComparison.Ordinal) ? content : Commit(content);

    // The end of a path tells more than its beginning.
    private static string Path(byte[] path)
    {
        string line = Wording.OneLine(Encoding.UTF8.GetString(path));
        return (line.Length <= PathWidth ? line : "..." + line[^(PathWidth - 3)..]).PadRight(PathWidth);
    }

    private static string Shorten(string text, int width)
    {
        string line = Wording.OneLine(text);
        return line.Length <= width ? line : line[..(width - 3)] + "...";
    }
}
