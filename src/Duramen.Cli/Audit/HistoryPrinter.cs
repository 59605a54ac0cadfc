using System.Globalization;
using System.Text;
using System.Text.Json;
using Duramen.Cli.Records;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Coordination.Notes;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Cli.Audit;

/// <summary>Prints what is known of each record's append.</summary>
internal sealed class HistoryPrinter(StandardOutput output, bool isJson, NoteBook book, byte[]? key) : IDisposable
{
    private readonly JsonOutput _json = new(output);
    private readonly RecordBatchDecoder _decoder = new();
    private SourceLog _log = null!;
    private Offset _first;
    private Offset _end;

    /// <summary>How many more records are wanted.</summary>
    public long CountLeft { get; set; }

    /// <summary>Goes on with a log, from an offset to the one before an end.</summary>
    public void Begin(SourceLog log, Offset first, Offset end)
    {
        _log = log;
        _first = first;
        _end = end;
    }

    /// <summary>Prints a batch; false when no later one is wanted.</summary>
    /// <exception cref="Log.LogException"><see cref="Log.LogErrors.InvalidBatch"/>.</exception>
    public bool Print(RecordBatchView batch)
    {
        if (batch.BaseOffset >= _end)
        {
            return false;
        }

        if (!batch.IsControl)
        {
            bool isConfirmed = false;
            Appender? appender = _log.Notes is { } notes ? book.Find(notes, batch.BaseOffset, batch.ProducerId, out isConfirmed) : null;
            int printed = output.Buffer.Length;
            BatchFault fault = _decoder.Open(batch, out RecordReader records);
            while (fault.IsNone && CountLeft > 0 && records.TryRead(out RecordView record))
            {
                if (record.Offset >= _first && record.Offset < _end && (key is null || (!record.Key.IsNull && record.Key.Span.SequenceEqual(key))))
                {
                    Print(batch, record, appender, isConfirmed);
                    CountLeft--;
                }
            }

            fault = fault.IsNone ? records.Fault : fault;
            if (!fault.IsNone)
            {
                output.Buffer.Truncate(printed);
                throw RecordPrinter.Undecodable(_log.Log, batch, fault);
            }
        }

        output.FlushIfLarge();
        return CountLeft > 0 && batch.NextOffset < _end;
    }

    public void Dispose()
    {
        _json.Dispose();
        _decoder.Dispose();
    }

    private void Print(scoped RecordBatchView batch, scoped RecordView record, Appender? appender, bool isConfirmed)
    {
        if (isJson)
        {
            PrintJson(batch, record, appender, isConfirmed);
            return;
        }

        string time = DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(record.TimestampMs, 0, MaxTimestampMs) * TimeSpan.TicksPerMillisecond)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string producer = batch.ProducerId.IsSome
            ? string.Create(CultureInfo.InvariantCulture, $"{batch.ProducerId}/{batch.ProducerEpoch}/{SequenceOf(batch, record)}")
            : "-";
        string client = appender is null ? "-" : $"{Field(appender.ClientId)}{(isConfirmed ? "" : "?")}";
        string keyText = record.Key.IsNull ? "-" : Wording.Name(Encoding.UTF8.GetString(record.Key.Span));
        output.WriteLine(string.Join(
            '\t',
            (_log.Notes?.Partition ?? 0).ToString(CultureInfo.InvariantCulture),
            record.Offset.ToString(),
            time,
            producer,
            client,
            Field(appender?.Principal),
            Field(appender?.Address),
            keyText));
    }

    private void PrintJson(scoped RecordBatchView batch, scoped RecordView record, Appender? appender, bool isConfirmed)
    {
        Utf8JsonWriter writer = _json.Writer;
        writer.WriteStartObject();
        writer.WriteString("log"u8, _log.Label);
        writer.WriteNumber("partition"u8, _log.Notes?.Partition ?? 0);
        writer.WriteNumber("offset"u8, record.Offset.Value);
        writer.WriteNumber("timestamp"u8, record.TimestampMs);
        writer.WriteNumber("leaderEpoch"u8, batch.LeaderEpoch.Value);
        if (batch.ProducerId.IsSome)
        {
            writer.WriteNumber("producerId"u8, batch.ProducerId.Value);
            writer.WriteNumber("producerEpoch"u8, batch.ProducerEpoch);
            writer.WriteNumber("sequence"u8, SequenceOf(batch, record));
        }
        else
        {
            writer.WriteNull("producerId"u8);
        }

        writer.WriteString("clientId"u8, appender?.ClientId);
        writer.WriteString("principal"u8, appender?.Principal);
        writer.WriteString("address"u8, appender?.Address);
        writer.WriteBoolean("confirmed"u8, appender is not null && isConfirmed);
        _json.WriteBytes("key"u8, record.Key);
        writer.WriteEndObject();
        _json.EndLine();
    }

    // What a timestamp can be that has a date.
    private static long MaxTimestampMs { get; } = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    // Sequence numbers begin again at 0 behind the largest.
    private static int SequenceOf(scoped RecordBatchView batch, scoped RecordView record) => (int)(((long)batch.BaseSequence + record.OffsetDelta) & int.MaxValue);

    private static string Field(string? text) => string.IsNullOrEmpty(text) ? "-" : Wording.Name(text);
}
