using System.Text;
using Duramen.Cli.Streams;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Cli.Records;

/// <summary>Prints whole batches: every field of the header, and the records.</summary>
internal sealed class BatchPrinter(StandardOutput output, ILog log, bool isJson) : IDisposable
{
    private readonly JsonOutput _json = new(output);
    private readonly RecordBatchDecoder _decoder = new();

    /// <summary>Prints a batch.</summary>
    /// <exception cref="LogException">Its records cannot be decoded; the batch is not printed.</exception>
    public void Print(RecordBatchView batch)
    {
        int printed = output.Buffer.Length;
        BatchFault fault = _decoder.Open(batch, out RecordReader records);
        if (fault.IsNone)
        {
            fault = isJson ? PrintJson(batch, ref records) : PrintText(batch, ref records);
        }

        if (!fault.IsNone)
        {
            output.Buffer.Truncate(printed);
            throw RecordPrinter.Undecodable(log, batch, fault);
        }
    }

    public void Dispose()
    {
        _json.Dispose();
        _decoder.Dispose();
    }

    private BatchFault PrintText(RecordBatchView batch, ref RecordReader records)
    {
        string line = FormattableString.Invariant(
            $"batch offsets={batch.BaseOffset}..{batch.LastOffset} sizeBytes={batch.SizeBytes} leaderEpoch={batch.LeaderEpoch.Value} magic={RecordBatchLayout.CurrentMagic} crc={batch.Checksum:x8} codec={CodecOf(batch)} timestampType={TimestampTypeOf(batch)} transactional={Yes(batch.IsTransactional)} control={Yes(batch.IsControl)} deleteHorizon={Yes(batch.HasDeleteHorizon)} lastOffsetDelta={batch.LastOffsetDelta} baseTimestamp={batch.BaseTimestampMs} maxTimestamp={batch.MaxTimestampMs} producerId={batch.ProducerId.Value} producerEpoch={batch.ProducerEpoch} baseSequence={batch.BaseSequence} records={batch.RecordCount}\n");
        Encoding.UTF8.GetBytes(line, output.Buffer);
        while (records.TryRead(out RecordView record))
        {
            output.Buffer.Write("  "u8);
            _json.Writer.WriteStartObject();
            _json.WriteRecord(record);
            _json.Writer.WriteEndObject();
            _json.EndLine();
        }

        return records.Fault;
    }

    private BatchFault PrintJson(RecordBatchView batch, ref RecordReader records)
    {
        _json.Writer.WriteStartObject();
        _json.Writer.WriteString("log"u8, log.Name);
        _json.Writer.WriteNumber("baseOffset"u8, batch.BaseOffset.Value);
        _json.Writer.WriteNumber("lastOffset"u8, batch.LastOffset.Value);
        _json.Writer.WriteNumber("sizeBytes"u8, batch.SizeBytes);
        _json.Writer.WriteNumber("leaderEpoch"u8, batch.LeaderEpoch.Value);
        _json.Writer.WriteNumber("magic"u8, RecordBatchLayout.CurrentMagic);
        _json.Writer.WriteNumber("crc"u8, batch.Checksum);
        _json.Writer.WriteString("codec"u8, CodecOf(batch));
        _json.Writer.WriteString("timestampType"u8, TimestampTypeOf(batch));
        _json.Writer.WriteBoolean("transactional"u8, batch.IsTransactional);
        _json.Writer.WriteBoolean("control"u8, batch.IsControl);
        _json.Writer.WriteBoolean("deleteHorizon"u8, batch.HasDeleteHorizon);
        _json.Writer.WriteNumber("lastOffsetDelta"u8, batch.LastOffsetDelta);
        _json.Writer.WriteNumber("baseTimestamp"u8, batch.BaseTimestampMs);
        _json.Writer.WriteNumber("maxTimestamp"u8, batch.MaxTimestampMs);
        _json.Writer.WriteNumber("producerId"u8, batch.ProducerId.Value);
        _json.Writer.WriteNumber("producerEpoch"u8, batch.ProducerEpoch);
        _json.Writer.WriteNumber("baseSequence"u8, batch.BaseSequence);
        _json.Writer.WriteNumber("recordCount"u8, batch.RecordCount);
        _json.Writer.WriteStartArray("records"u8);
        while (records.TryRead(out RecordView record))
        {
            _json.Writer.WriteStartObject();
            _json.WriteRecord(record);
            _json.Writer.WriteEndObject();
        }

        _json.Writer.WriteEndArray();
        _json.Writer.WriteEndObject();
        if (records.Fault.IsNone)
        {
            _json.EndLine();
        }
        else
        {
            // What the writer holds goes to the output's buffer first, where it is taken back.
            _json.Writer.Flush();
            _json.Writer.Reset();
        }

        return records.Fault;
    }

    private static string CodecOf(RecordBatchView batch) => batch.Codec.ToString().ToLowerInvariant();

    private static string TimestampTypeOf(RecordBatchView batch) => batch.IsLogAppendTime ? "logAppendTime" : "createTime";

    private static string Yes(bool value) => value ? "yes" : "no";
}
