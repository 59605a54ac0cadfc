using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Duramen.Core.Binary;

namespace Duramen.Http;

/// <summary>
/// An answer in JSON that is sent as it is made. As long as it is short nothing is sent, so that a failure can still be answered as one. Bytes are strings where
/// they are UTF-8, and otherwise <c>{"base64": "..."}</c>. One owner, one thread.
/// </summary>
internal sealed class JsonAnswer : IDisposable
{
    public const string ContentType = "application/json";

    // What is larger is written piece by piece. Whole groups of three bytes, which base 64 writes as four characters.
    private const int PieceBytes = 48 << 10;

    // What is answered is read by programs and terminals, not put into web pages: no escapes where JSON needs none.
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly HttpCall _call;
    private readonly PooledBuffer _buffer = new();
    private bool _hasBegun;

    public JsonAnswer(HttpCall call)
    {
        _call = call;
        Writer = new Utf8JsonWriter(_buffer, Format);
    }

    /// <summary>Writes the answer.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>The status of the answer; 200 when nobody says.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Whether so much was written that it should be sent.</summary>
    public bool IsFull => Writer.BytesPending + _buffer.Length >= HttpLimits.GatheredBytes;

    /// <summary>Writes bytes under a name.</summary>
    public void Write(ReadOnlySpan<byte> name, NullableBytes bytes)
    {
        Writer.WritePropertyName(name);
        Write(bytes);
    }

    /// <summary>Writes bytes.</summary>
    public void Write(NullableBytes bytes)
    {
        if (bytes.IsNull)
        {
            Writer.WriteNullValue();
        }
        else if (Utf8.IsValid(bytes.Span))
        {
            Writer.WriteStringValue(bytes.Span);
        }
        else
        {
            Writer.WriteStartObject();
            Writer.WriteBase64String("base64"u8, bytes.Span);
            Writer.WriteEndObject();
        }
    }

    /// <summary>Writes bytes that may be many under a name. Only a piece of them is held at a time, while the client takes what was sent before.</summary>
    /// <param name="name">The name.</param>
    /// <param name="source">Where the bytes are.</param>
    /// <param name="read">Reads them there, the same each time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask WriteAsync<TSource>(string name, TSource source, Func<TSource, NullableBytes> read, CancellationToken cancellationToken)
    {
        int length = read(source).Length;
        Writer.WritePropertyName(name);
        if (length <= PieceBytes)
        {
            Write(read(source));
            return;
        }

        bool isText = Utf8.IsValid(read(source).Span);
        if (!isText)
        {
            Writer.WriteStartObject();
            Writer.WritePropertyName("base64"u8);
        }

        for (int at = 0; at < length; at += PieceBytes)
        {
            WritePiece(read(source).Span[at..], isText);
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!isText)
        {
            Writer.WriteEndObject();
        }
    }

    /// <summary>Sends what was written, and waits while the client takes none of it.</summary>
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        Writer.Flush();
        if (!_hasBegun)
        {
            await _call.BeginAsync(Status, ContentType, lengthBytes: null).ConfigureAwait(false);
            _hasBegun = true;
        }

        await _call.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _buffer.Clear();
    }

    /// <summary>Sends the rest, and a newline for those who read at a terminal.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        Writer.Flush();
        _buffer.Write("\n"u8);
        if (!_hasBegun)
        {
            await _call.AnswerAsync(Status, ContentType, _buffer.WrittenMemory).ConfigureAwait(false);
            return;
        }

        await _call.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await _call.EndAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        Writer.Dispose();
        _buffer.Dispose();
    }

    private void WritePiece(ReadOnlySpan<byte> rest, bool isText)
    {
        bool isLast = rest.Length <= PieceBytes;
        ReadOnlySpan<byte> piece = isLast ? rest : rest[..PieceBytes];
        if (isText)
        {
            Writer.WriteStringValueSegment(piece, isLast);
        }
        else
        {
            Writer.WriteBase64StringSegment(piece, isLast);
        }
    }
}
