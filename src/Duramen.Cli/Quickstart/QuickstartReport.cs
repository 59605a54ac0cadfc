using System.Globalization;
using Duramen.Cli.Server;
using Duramen.Cli.Streams;

namespace Duramen.Cli.Quickstart;

/// <summary>What the quickstart shows, for a terminal of some 130 columns.</summary>
internal sealed class QuickstartReport(StandardOutput output) : IQuickstartReport
{
    private const int PathWidth = 44;
    private const int SubjectWidth = 44;
    private const int AuthorWidth = 20;

    public void Ready(DuramenNode node) => output.WriteLine(ServerCommand.Ready(node));

    public void Loaded(long count, IEventSource source, TimeSpan took)
    {
        output.WriteLine("");
        output.WriteLine(FormattableString.Invariant(
            $"Loaded {Wording.Count(count, "record")} from {source.Name} into the topic '{HistoryTopic.Name}' in {took.TotalSeconds:0.00} s,"));
        output.WriteLine("one for each change of a path: the path is the key, the value the file since, the header 'change' says what happened. Read back:");
    }

    public void LastChanges(IEnumerable<Change> changes)
    {
        Title("The last changes");
        output.WriteLine($"  {"offset",8}  {"time (UTC)",-16}  {"status",-8}  {"path",-PathWidth}  why");
        foreach (Change change in changes)
        {
            output.WriteLine($"  {Number(change.Offset.Value),8}  {Time(change),-16}  {change.Status,-8}  {Path(change.Path),-PathWidth}  {Subject(change)}");
        }
    }

    public void Table(FileTable table, IReadOnlyList<FileTable.FileRow> rows)
    {
        Title(FormattableString.Invariant(
            $"The files now: {table.Files} (a fold of the {Wording.Count(table.Changes, "record")} in memory; {Wording.Count(table.Deleted, "path was", "paths were")} deleted). Those that changed most:"));
        output.WriteLine($"  {"changes",8}  {"last (UTC)",-16}  {"status",-8}  {"path",-PathWidth}  why");
        foreach (FileTable.FileRow row in rows)
        {
            output.WriteLine($"  {Number(row.Changes),8}  {Time(row.Last),-16}  {row.Last.Status,-8}  {Path(row.Last.Path),-PathWidth}  {Subject(row.Last)}");
        }
    }

    public void History(string path, IReadOnlyList<Change> versions, int total)
    {
        Title($"The history of {Wording.OneLine(path)}{(versions.Count < total ? FormattableString.Invariant($", the last {versions.Count} of {total} changes") : "")}");
        output.WriteLine($"  {"offset",8}  {"time (UTC)",-16}  {"status",-8}  {"commit",-10}  by whom, and why");
        foreach (Change change in versions)
        {
            output.WriteLine($"  {Number(change.Offset.Value),8}  {Time(change),-16}  {change.Status,-8}  {Commit(change),-10}  {Reason(change)}");
        }
    }

    public void TryNext(string bootstrap, string? http, string path)
    {
        string quoted = "'" + path.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
        Title("The server goes on until Ctrl-C. Any Kafka client can use it; try in another terminal:");
        output.WriteLine($"  ./duramen consume {HistoryTopic.Name} --from beginning --count 3 --bootstrap {bootstrap}");
        output.WriteLine($"  ./duramen table history {HistoryTopic.Name} {quoted} --bootstrap {bootstrap}");
        output.WriteLine($"  ./duramen table diff {HistoryTopic.Name} 0 end --bootstrap {bootstrap}");
        output.WriteLine($"  kcat -b {bootstrap} -L");
        output.WriteLine($"  kcat -b {bootstrap} -C -t {HistoryTopic.Name} -o -3 -e -q -f '%o %T %k %s\\n'");
        output.WriteLine($"  kcat -b {bootstrap} -C -t {HistoryTopic.Name} -e -q -f '%k\\t%o %s\\n' | grep -F {quoted}");
        output.WriteLine($"  echo 'hello' | kcat -b {bootstrap} -P -t greetings");
        output.WriteLine($"  kcat -b {bootstrap} -C -t greetings -e -q");
        output.WriteLine($"  python3 -c \"from kafka import KafkaConsumer as C; print(sum(1 for _ in C('{HistoryTopic.Name}', bootstrap_servers='{bootstrap}', auto_offset_reset='earliest', consumer_timeout_ms=2000)))\"");
        if (http is not null)
        {
            output.WriteLine($"  curl -s http://{http}/metrics");
        }

        output.WriteLine("kcat is in the package kcat, Python's client in python3-kafka.");
    }

    public void Dispose()
    {
    }

    private void Title(string text)
    {
        output.WriteLine("");
        output.WriteLine(text);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(Change change) => DateTimeOffset.FromUnixTimeMilliseconds(change.TimestampMs).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Commit(Change change) => change.Commit is { Length: > 10 } commit ? commit[..10] : change.Commit ?? "";

    private static string Subject(Change change) => Shorten(Wording.OneLine(change.Subject ?? ""), SubjectWidth);

    private static string Reason(Change change) => change.Author is null ? "" : $"{Shorten(Wording.OneLine(change.Author), AuthorWidth)}: {Subject(change)}";

    // The end of a path tells more than its beginning.
    private static string Path(string path)
    {
        string line = Wording.OneLine(path);
        return line.Length <= PathWidth ? line : "..." + line[^(PathWidth - 3)..];
    }

    private static string Shorten(string text, int width) => text.Length <= width ? text : text[..(width - 3)] + "...";
}
