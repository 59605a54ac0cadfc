using System.Text.Json;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

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

    public void Loaded(LoadedHistory loaded, IEventSource source, TimeSpan took) => Line("loaded", json =>
    {
        json.WriteNumber("records"u8, loaded.Records);
        json.WriteNumber("commits"u8, loaded.Commits.Count);
        json.WriteString("source"u8, source.Name);
        json.WriteString("topic"u8, HistoryTopic.Name);
        json.WriteNumber("ms"u8, (long)took.TotalMilliseconds);
    });

    public void Files(FilesShown files, string command)
    {
        Line("table", json =>
        {
            json.WriteString("asOf"u8, files.AsOf.ToString());
            json.WriteString("commit"u8, files.Commit?.Id);
            json.WriteNumber("files"u8, files.Count);
            json.WriteString("command"u8, command);
        });
        Write("file", files.Rows);
    }

    public void Differences(FileDifferences differences, Moment from, Moment to, string command)
    {
        Line("diff", json =>
        {
            json.WriteString("from"u8, from.ToString());
            json.WriteString("to"u8, to.ToString());
            json.WriteNumber("added"u8, differences.Added);
            json.WriteNumber("changed"u8, differences.Changed);
            json.WriteNumber("removed"u8, differences.Removed);
            json.WriteString("command"u8, command);
        });
        foreach (FileDifferences.Difference one in differences.First)
        {
            Line("difference", json =>
            {
                json.WriteString("change"u8, one.Kind switch { DifferenceKind.Added => "added", DifferenceKind.Removed => "removed", _ => "changed" });
                _json.WriteBytes("path"u8, one.Path);
                json.WriteString("old"u8, one.Before);
                json.WriteString("new"u8, one.After);
            });
        }
    }

    public void History(byte[] path, IReadOnlyList<FileVersion> last, long count, string command)
    {
        Line("history", json =>
        {
            _json.WriteBytes("path"u8, path);
            json.WriteNumber("versions"u8, count);
            json.WriteString("command"u8, command);
        });
        Write("version", last);
    }

    public void TryNext(IReadOnlyList<(string Command, string Does)> commands)
    {
        foreach ((string command, string does) in commands)
        {
            Line("try", json =>
            {
                json.WriteString("command"u8, command);
                json.WriteString("does"u8, does);
            });
        }

        Line("serving", static _ => { });
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

    private void Write(string kind, IReadOnlyList<FileVersion> versions)
    {
        foreach (FileVersion version in versions)
        {
            Line(kind, json =>
            {
                _json.WriteBytes("path"u8, version.Path);
                json.WriteNumber("offset"u8, version.Offset.Value);
                json.WriteNumber("timestamp"u8, version.TimestampMs);
                json.WriteString("content"u8, version.Content);
                json.WriteString("status"u8, version.Why.Status);
                json.WriteString("commit"u8, version.Why.Commit);
                json.WriteString("author"u8, version.Why.Author);
                json.WriteString("subject"u8, version.Why.Subject);
            });
        }
    }
}
