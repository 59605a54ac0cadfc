using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Client.Consumers;
using Duramen.Core.Binary;

namespace Duramen.Cli.Clients;

/// <summary>Prints records that came over the wire, in the form of <see cref="RecordPrinter"/>.</summary>
internal sealed class ConsumedPrinter(StandardOutput output, bool isJson) : IDisposable
{
    private readonly JsonOutput _json = new(output);

    public void Print(in ConsumedRecord record)
    {
        if (!isJson)
        {
            output.Buffer.Write(record.Value.GetValueOrDefault().Span);
            output.Buffer.Write("\n"u8);
            return;
        }

        _json.Writer.WriteStartObject();
        _json.Writer.WriteString("topic"u8, record.Partition.Topic);
        _json.Writer.WriteNumber("partition"u8, record.Partition.Partition);
        _json.Writer.WriteNumber("offset"u8, record.Offset.Value);
        _json.Writer.WriteNumber("timestamp"u8, record.TimestampMs);
        _json.WriteBytes("key"u8, NullableBytes.Of(record.Key));
        _json.WriteBytes("value"u8, NullableBytes.Of(record.Value));
        _json.WriteHeaders(record.Headers);
        _json.Writer.WriteEndObject();
        _json.EndLine();
    }

    public void Dispose() => _json.Dispose();
}
