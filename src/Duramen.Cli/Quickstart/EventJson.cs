using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Duramen.Cli.Quickstart;

/// <summary>Writes the JSON objects that describe events, one after the other.</summary>
internal sealed class EventJson : IDisposable
{
    // As for all that programs and terminals read: no escapes where JSON needs none.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _writer;

    public EventJson() => _writer = new Utf8JsonWriter(_buffer, Options);

    /// <summary>An object with whatever fields are written.</summary>
    public byte[] Write(Action<Utf8JsonWriter> fields)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        fields(_writer);
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _writer.Dispose();
}
