using System.Text.Json;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;

namespace Duramen.Cli.Quickstart;

/// <summary>What the quickstart shows as JSON, an object for each line of the text; <c>kind</c> says which.</summary>
internal sealed class QuickstartJson(StandardOutput output) : IQuickstartReport
{
    private readonly JsonOutput _json = new(output);

    public void Ready(DuramenNode node) => Line("ready", json =>
    {
        json.WriteString("kafka"u8, node.KafkaEndPoint.ToString());
        json.WriteString("http"u8, node.HttpEndPoint?.ToString());
        json.WriteNumber("ms"u8, (long)node.StartTime.TotalMilliseconds);
    });

    public void Loaded(long count, IEventSource source, TimeSpan took) => Line("loaded", json =>
    {
        json.WriteNumber("records"u8, count);
        json.WriteString("source"u8, source.Name);
        json.WriteString("topic"u8, HistoryTopic.Name);
        json.WriteNumber("ms"u8, (long)took.TotalMilliseconds);
    });

    public void LastChanges(IEnumerable<Change> changes)
    {
        foreach (Change change in changes)
        {
            Line("change", json => Write(json, change));
        }
    }

    public void Table(FileTable table, IReadOnlyList<FileTable.FileRow> rows)
    {
        Line("table", json =>
        {
            json.WriteNumber("records"u8, table.Changes);
            json.WriteNumber("files"u8, table.Files);
            json.WriteNumber("deleted"u8, table.Deleted);
        });
        foreach (FileTable.FileRow row in rows)
        {
            Line("file", json =>
            {
                json.WriteNumber("changes"u8, row.Changes);
                Write(json, row.Last);
            });
        }
    }

    public void History(string path, IReadOnlyList<Change> versions, int total)
    {
        foreach (Change change in versions)
        {
            Line("version", json => Write(json, change));
        }
    }

    public void TryNext(string bootstrap, string? http, string path)
    {
    }

    public void Dispose() => _json.Dispose();

    private void Line(string kind, Action<Utf8JsonWriter> fields)
    {
        _json.Writer.WriteStartObject();
        _json.Writer.WriteString("kind"u8, kind);
        fields(_json.Writer);
        _json.Writer.WriteEndObject();
        _json.EndLine();
    }

    private static void Write(Utf8JsonWriter json, Change change)
    {
        json.WriteString("path"u8, change.Path);
        json.WriteString("status"u8, change.Status);
        json.WriteNumber("offset"u8, change.Offset.Value);
        json.WriteNumber("timestamp"u8, change.TimestampMs);
        json.WriteString("commit"u8, change.Commit);
        json.WriteString("author"u8, change.Author);
        json.WriteString("subject"u8, change.Subject);
    }
}
