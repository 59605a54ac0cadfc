using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.State.Replays;
using Duramen.State.Store;

namespace Duramen.Cli.Replays;

/// <summary>Prints the steps of a replay and pieces of its state: in text a line for a record and one for each change, in JSON an object for a step.</summary>
internal sealed class ReplayPrinter : IDisposable
{
    // So many keys on each side of a changed one are what stands around it.
    private const int Neighbours = 3;

    private readonly StandardOutput _output = new();
    private readonly JsonOutput _json;
    private readonly bool _isJson;

    public ReplayPrinter(bool isJson)
    {
        _isJson = isJson;
        _json = new JsonOutput(_output);
    }

    /// <summary>The record, and what it did.</summary>
    public void Print(ReplayStep step, int partition)
    {
        RecordView record = step.Record;
        if (_isJson)
        {
            _json.Writer.WriteStartObject();
            _json.Writer.WriteNumber("partition"u8, partition);
            _json.WriteRecord(record);
            _json.Writer.WriteStartArray("changes"u8);
            foreach (ReplayChange change in step.Changes)
            {
                _json.Writer.WriteStartObject();
                _json.WriteBytes("key"u8, change.Key.Span);
                _json.WriteBytes("old"u8, NullableBytes.Of(change.Before));
                _json.WriteBytes("new"u8, NullableBytes.Of(change.After));
                _json.Writer.WriteEndObject();
            }

            _json.Writer.WriteEndArray();
            _json.WriteBytes("reply"u8, step.Reply.IsEmpty ? NullableBytes.Null : step.Reply.Span);
            _json.Writer.WriteEndObject();
            _json.EndLine();
            _output.FlushIfLarge();
            return;
        }

        string time = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(record.TimestampMs, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()))
            .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{record.Offset}  {time}  {Text(record.Key)}  {Text(record.Value)}"));
        foreach (ReplayChange change in step.Changes)
        {
            _output.WriteLine($"    {Text(change.Key.Span)}: {Text(NullableBytes.Of(change.Before))} -> {Text(NullableBytes.Of(change.After))}");
        }

        if (!step.Reply.IsEmpty)
        {
            _output.WriteLine($"    reply, held back: {Text(step.Reply.Span)}");
        }
    }

    /// <summary>The changed keys of a step and those beside them, with their values after it.</summary>
    public void PrintAround(ReplayRun run, ReplayStep step)
    {
        if (_isJson || step.Changes.Count == 0)
        {
            return;
        }

        var changed = new HashSet<string>(step.Changes.Select(change => Convert.ToHexString(change.Key.Span)));
        var before = new Queue<string>();
        int after = 0;
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"state as of {run.Position}, around what was changed:"));
        using IStoreSnapshot state = run.OpenSnapshot();
        using IVersionCursor keys = state.Scan(KeyRange.All, state.Position);
        while (keys.MoveNext())
        {
            bool isChanged = changed.Contains(Convert.ToHexString(keys.Current.Key));
            string line = $"  {(isChanged ? '*' : ' ')} {Text(keys.Current.Key)} = {Text(keys.Current.Value)}";
            if (isChanged)
            {
                while (before.TryDequeue(out string? earlier))
                {
                    _output.WriteLine(earlier);
                }

                after = Neighbours;
                _output.WriteLine(line);
            }
            else if (after > 0)
            {
                after--;
                _output.WriteLine(line);
            }
            else
            {
                before.Enqueue(line);
                _ = before.Count > Neighbours ? before.Dequeue() : null;
            }
        }
    }

    /// <summary>The value of a key as it is now.</summary>
    public void PrintKey(ReplayRun run, string key)
    {
        byte[]? value = run.Get(Encoding.UTF8.GetBytes(key));
        if (_isJson)
        {
            _json.Writer.WriteStartObject();
            _json.Writer.WriteString("key"u8, key);
            _json.WriteBytes("value"u8, value);
            _json.Writer.WriteNumber("asOf"u8, run.Position.Value);
            _json.Writer.WriteEndObject();
            _json.EndLine();
        }
        else
        {
            _output.WriteLine($"  {Wording.OneLine(key)} = {Text(value)}");
        }

        Flush();
    }

    public void Flush() => _output.Flush();

    public void Dispose()
    {
        _json.Dispose();
        _output.Dispose();
    }

    private static string Text(NullableBytes bytes) =>
        bytes.IsNull ? "(none)" : Utf8.IsValid(bytes.Span) ? Wording.OneLine(Encoding.UTF8.GetString(bytes.Span)) : $"0x{Convert.ToHexStringLower(bytes.Span)}";
}
