using System.Buffers.Text;
using System.Text;
using Duramen.Core.Errors;

namespace Duramen.Http;

/// <summary>
/// The path and the parameters of a request, decoded to bytes: a key is any bytes, and what stands percent-encoded in a segment, a slash too, belongs to it.
/// </summary>
internal sealed class RequestTarget
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Base64Mark => "base64:"u8;

    private readonly byte[][] _segments;
    private readonly Dictionary<string, byte[]> _parameters;

    private RequestTarget(string path, byte[][] segments, Dictionary<string, byte[]> parameters)
    {
        Path = path;
        _segments = segments;
        _parameters = parameters;
    }

    /// <summary>The path as it was sent.</summary>
    public string Path { get; }

    /// <summary>The number of segments, an empty one at the end included.</summary>
    public int Count => _segments.Length;

    /// <summary>Reads the target of a request line; see RFC 9112, 3.2.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>: an escape is none, or a parameter is there twice.</exception>
    public static RequestTarget Parse(string raw)
    {
        // A proxy may ask with the whole URL.
        int scheme = raw.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && raw.AsSpan(0, scheme).IndexOfAny('/', '?') < 0)
        {
            int slash = raw.IndexOf('/', scheme + 3);
            raw = slash < 0 ? "/" : raw[slash..];
        }

        int question = raw.IndexOf('?', StringComparison.Ordinal);
        string path = question < 0 ? raw : raw[..question];
        byte[][] segments = [.. path.TrimStart('/').Split('/').Select(segment => Decode(segment, isQuery: false))];
        var parameters = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string pair in question < 0 ? [] : raw[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string name = ToText(Decode(equals < 0 ? pair : pair[..equals], isQuery: true), "The name of a parameter");
            if (!parameters.TryAdd(name, equals < 0 ? [] : Decode(pair[(equals + 1)..], isQuery: true)))
            {
                throw HttpRefusals.Twice(name);
            }
        }

        return new RequestTarget(path, segments, parameters);
    }

    /// <summary>
    /// The key that a segment of the path is, counted from 0: its bytes; or, behind <c>base64:</c>, their base 64 in the alphabet for URLs. The server
    /// lets no zero byte through in a path, so that a key with one has no other way.
    /// </summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>: what is behind <c>base64:</c> is none.</exception>
    public byte[] Key(int index)
    {
        byte[] segment = _segments[index];
        if (!segment.AsSpan().StartsWith(Base64Mark))
        {
            return segment;
        }

        try
        {
            return Base64Url.DecodeFromUtf8(segment.AsSpan(Base64Mark.Length));
        }
        catch (FormatException)
        {
            throw HttpRefusals.Key(Encoding.UTF8.GetString(segment));
        }
    }

    /// <summary>Whether a segment is there and is this word.</summary>
    public bool Is(int index, ReadOnlySpan<byte> word) => index < _segments.Length && word.SequenceEqual(_segments[index]);

    /// <summary>The text of a segment.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>: it is not UTF-8.</exception>
    public string Text(int index, string name) => ToText(_segments[index], name);

    /// <summary>Whether a parameter was given.</summary>
    public bool Has(string name) => _parameters.ContainsKey(name);

    /// <summary>The bytes of a parameter; null when it was not given.</summary>
    public byte[]? Bytes(string name) => _parameters.GetValueOrDefault(name);

    /// <summary>The text of a parameter; null when it was not given.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>: it is not UTF-8.</exception>
    public string? Parameter(string name) => _parameters.TryGetValue(name, out byte[]? bytes) ? ToText(bytes, $"The parameter '{name}'") : null;

    /// <summary>Refuses parameters that nobody looks at: one that is written wrong must not be taken for one that is not given.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>.</exception>
    public void Allow(params ReadOnlySpan<string> names)
    {
        foreach (string given in _parameters.Keys)
        {
            if (!names.Contains(given))
            {
                throw HttpRefusals.Parameter(given, string.Join(", ", names.ToArray()));
            }
        }
    }

    private static string ToText(byte[] bytes, string name)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw HttpRefusals.Text(name);
        }
    }

    // In a query a plus is a space, as forms write it.
    private static byte[] Decode(string part, bool isQuery)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(part);
        int length = 0;
        for (int index = 0; index < bytes.Length; index++)
        {
            byte next = bytes[index];
            if (next == '%')
            {
                if (index + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[index + 1]) || !char.IsAsciiHexDigit((char)bytes[index + 2]))
                {
                    throw HttpRefusals.Escape(part);
                }

                next = Convert.FromHexString([(char)bytes[index + 1], (char)bytes[index + 2]])[0];
                index += 2;
            }
            else if (isQuery && next == '+')
            {
                next = (byte)' ';
            }

            bytes[length++] = next;
        }

        return bytes[..length];
    }
}
