using System.Globalization;
using System.Text;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Tables;

/// <summary>Prints versions and differences: in text a line each with tabs between its fields, in JSON an object each.</summary>
internal sealed class TablePrinter : IDisposable
{
    private const string Removed = "(removed)";

    private readonly bool _isJson;

    // One partition is not worth a column.
    private readonly bool _hasPartitions;
    private readonly StandardOutput _output = new();
    private readonly JsonOutput _json;

    public TablePrinter(TopicSnapshot snapshot, bool isJson)
    {
        _isJson = isJson;
        _hasPartitions = snapshot.Partitions.Count > 1;
        _json = new JsonOutput(_output);
    }

    /// <summary>The value alone, and a newline.</summary>
    public void PrintValue(VersionView version, int partition)
    {
        if (_isJson)
        {
            Print(version, partition);
            return;
        }

        _output.Buffer.Write(version.Value.Span);
        _output.Buffer.Write("\n"u8);
    }

    /// <summary>Key, value, offset, timestamp and partition of every version.</summary>
    public void PrintAll(TopicVersions versions, CancellationToken interrupted)
    {
        while (versions.MoveNext())
        {
            interrupted.ThrowIfCancellationRequested();
            Print(versions.Current, versions.Partition);
            _output.FlushIfLarge();
        }
    }

    /// <summary>What happened to each key, the key, its old value and its new one.</summary>
    public void PrintAll(TopicDifferences differences, CancellationToken interrupted)
    {
        while (differences.MoveNext())
        {
            interrupted.ThrowIfCancellationRequested();
            DifferenceView difference = differences.Current;
            string kind = difference.Kind switch { DifferenceKind.Added => "added", DifferenceKind.Removed => "removed", _ => "changed" };
            if (_isJson)
            {
                _json.Writer.WriteStartObject();
                _json.Writer.WriteString("change"u8, kind);
                _json.WriteBytes("key"u8, difference.Key);
                _json.WriteBytes("old"u8, difference.Before.Value);
                _json.WriteBytes("new"u8, difference.After.Value);
                _json.Writer.WriteNumber("partition"u8, differences.Partition);
                _json.Writer.WriteEndObject();
                _json.EndLine();
            }
            else
            {
                Write(kind);
                Write("\t");
                _output.Buffer.Write(difference.Key);
                Write("\t");
                _output.Buffer.Write(difference.Before.Value.Span);
                Write("\t");
                _output.Buffer.Write(difference.After.Value.Span);
                WriteEnd(differences.Partition);
            }

            _output.FlushIfLarge();
        }
    }

    /// <summary>Key, value, offset, timestamp and partition of a version.</summary>
    public void Print(VersionView version, int partition)
    {
        if (_isJson)
        {
            _json.Writer.WriteStartObject();
            _json.WriteBytes("key"u8, version.Key);
            _json.WriteBytes("value"u8, version.Value);
            _json.Writer.WriteNumber("offset"u8, version.Offset.Value);
            _json.Writer.WriteNumber("timestamp"u8, version.TimestampMs);
            _json.Writer.WriteNumber("partition"u8, partition);
            _json.Writer.WriteEndObject();
            _json.EndLine();
            return;
        }

        _output.Buffer.Write(version.Key);
        Write("\t");
        Write(version.Value.IsNull ? Removed : "");
        _output.Buffer.Write(version.Value.Span);
        Write(string.Create(CultureInfo.InvariantCulture, $"\t{version.Offset}\t{version.TimestampMs}"));
        WriteEnd(partition);
    }

    public void Flush() => _output.Flush();

    public void Dispose()
    {
        _json.Dispose();
        _output.Dispose();
    }

    private void WriteEnd(int partition) => Write(_hasPartitions ? string.Create(CultureInfo.InvariantCulture, $"\t{partition}\n") : "\n");

    private void Write(string text) => _output.Buffer.Write(Encoding.UTF8.GetBytes(text));
}
