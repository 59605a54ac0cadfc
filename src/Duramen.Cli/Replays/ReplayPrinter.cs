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

        var byBytes = Comparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        var changed = new SortedSet<byte[]>(step.Changes.Select(change => change.Key.ToArray()), byBytes);
        var lines = new SortedDictionary<byte[], string>(byBytes);
        using IStoreSnapshot state = run.OpenSnapshot();
        foreach (byte[] key in changed)
        {
            Add(new KeyRange(default, key), ScanOrder.Descending);
            Add(new KeyRange(key, null), ScanOrder.Ascending);
        }

        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"state as of {run.Position}, around what was changed:"));
        foreach (string line in lines.Values)
        {
            _output.WriteLine($"  {line}");
        }

        void Add(KeyRange range, ScanOrder order)
        {
            using IVersionCursor keys = state.Scan(range, state.Position, order);
            for (int count = 0; count < Neighbours && keys.MoveNext();)
            {
                byte[] key = keys.Current.Key.ToArray();
                bool isChanged = changed.Contains(key);
                lines.TryAdd(key, $"{(isChanged ? '*' : ' ')} {Text(key)} = {Text(keys.Current.Value)}");
                count += isChanged ? 0 : 1;
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
