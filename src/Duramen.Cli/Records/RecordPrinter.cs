using Duramen.Cli.Streams;
using Duramen.Coordination.Topics;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Cli.Records;

/// <summary>Prints the records of batches that lie in a range. A batch whose records cannot all be decoded is an error, and nothing of it is printed.</summary>
internal sealed class RecordPrinter(StandardOutput output, ILog log, bool isJson) : IDisposable
{
    private readonly JsonOutput _json = new(output);
    private readonly RecordBatchDecoder _decoder = new();
    private readonly int _partition = TopicLogName.TryParse(log.Name, out TopicLogName own) ? own.Partition : 0;

    /// <summary>Records below it are left out.</summary>
    public Offset First { get; init; }

    /// <summary>Records at or above it are left out.</summary>
    public Offset End { get; set; }

    /// <summary>Records later than it are left out.</summary>
    public long TimestampMaxMs { get; init; }

    /// <summary>How many more records are wanted.</summary>
    public long CountLeft { get; set; }

    public bool IsDone => CountLeft == 0 || First >= End;

    /// <summary>Prints a batch; false when no later one is wanted.</summary>
    /// <exception cref="LogException"><see cref="LogErrors.InvalidBatch"/>.</exception>
    public bool Print(RecordBatchView batch)
    {
        if (batch.BaseOffset >= End)
        {
            return false;
        }

        if (!batch.IsControl)
        {
            // Nothing is flushed inside a batch, so that a fault in it can take back what was printed of it.
            int printed = output.Buffer.Length;
            BatchFault fault = _decoder.Open(batch, out RecordReader records);
            while (fault.IsNone && CountLeft > 0 && records.TryRead(out RecordView record))
            {
                if (record.Offset >= First && record.Offset < End && record.TimestampMs <= TimestampMaxMs)
                {
                    Print(record);
                    CountLeft--;
                }
            }

            fault = fault.IsNone ? records.Fault : fault;
            if (!fault.IsNone)
            {
                output.Buffer.Truncate(printed);
                throw Undecodable(log, batch, fault);
            }
        }

        output.FlushIfLarge();
        return CountLeft > 0 && batch.NextOffset < End;
    }

    /// <summary>A stored batch whose bytes are those that were appended, and whose records cannot be decoded.</summary>
    public static LogException Undecodable(ILog log, scoped RecordBatchView batch, BatchFault fault) => new(
        LogErrors.InvalidBatch,
        $"Log '{log.Name}': the batch at offset {batch.BaseOffset} was appended with records that cannot be decoded: {fault.Message}",
        $"Read on from offset {batch.NextOffset}.");

    public void Dispose()
    {
        _json.Dispose();
        _decoder.Dispose();
    }

    private void Print(scoped RecordView record)
    {
        if (!isJson)
        {
            output.Buffer.Write(record.Value.Span);
            output.Buffer.Write("\n"u8);
            return;
        }

        _json.Writer.WriteStartObject();
        _json.Writer.WriteString("log"u8, log.Name);
        _json.Writer.WriteNumber("partition"u8, _partition);
        _json.WriteRecord(record);
        _json.Writer.WriteEndObject();
        _json.EndLine();
    }
}
