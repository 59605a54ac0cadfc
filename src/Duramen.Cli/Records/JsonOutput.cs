using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Duramen.Cli.Streams;
using Duramen.Core.Binary;
using Duramen.Records.Batches;

namespace Duramen.Cli.Records;

/// <summary>JSON objects on standard output, one per line.</summary>
internal sealed class JsonOutput : IDisposable
{
    private readonly StandardOutput _output;

    // What is printed is read by programs and terminals, not put into web pages: no escapes where JSON needs none.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public JsonOutput(StandardOutput output)
    {
        _output = output;
        Writer = new Utf8JsonWriter(output.Buffer, Options);
    }

    /// <summary>Writes the line under way.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Ends the line under way; whoever owns the output flushes it.</summary>
    public void EndLine()
    {
        Writer.Flush();
        Writer.Reset();
        _output.Buffer.Write("\n"u8);
    }

    /// <summary>The fields of a record: offset, timestamp, key, value and headers.</summary>
    public void WriteRecord(scoped RecordView record)
    {
        Writer.WriteNumber("offset"u8, record.Offset.Value);
        Writer.WriteNumber("timestamp"u8, record.TimestampMs);
        WriteBytes("key"u8, record.Key);
        WriteBytes("value"u8, record.Value);
        Writer.WriteStartArray("headers"u8);
        foreach (RecordHeaderView header in record.Headers)
        {
            Writer.WriteStartObject();
            WriteBytes("key"u8, header.KeyUtf8);
            WriteBytes("value"u8, header.Value);
            Writer.WriteEndObject();
        }

        Writer.WriteEndArray();
    }

    /// <summary>The headers of a record.</summary>
    public void WriteHeaders(IReadOnlyList<RecordHeader> headers)
    {
        Writer.WriteStartArray("headers"u8);
        foreach (RecordHeader header in headers)
        {
            Writer.WriteStartObject();
            Writer.WriteString("key"u8, header.Key);
            WriteBytes("value"u8, NullableBytes.Of(header.Value));
            Writer.WriteEndObject();
        }

        Writer.WriteEndArray();
    }

    /// <summary>Bytes as a string where they are UTF-8, else as an object with their base64; null stays null.</summary>
    public void WriteBytes(ReadOnlySpan<byte> name, NullableBytes bytes)
    {
        if (bytes.IsNull)
        {
            Writer.WriteNull(name);
        }
        else if (Utf8.IsValid(bytes.Span))
        {
            Writer.WriteString(name, bytes.Span);
        }
        else
        {
            Writer.WriteStartObject(name);
            Writer.WriteBase64String("base64"u8, bytes.Span);
            Writer.WriteEndObject();
        }
    }

    public void Dispose() => Writer.Dispose();
}
