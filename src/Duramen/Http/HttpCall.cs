using System.Text;
using Duramen.Core.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Duramen.Http;

/// <summary>A request over HTTP, and the way to answer it.</summary>
internal sealed class HttpCall
{
    private const string Bytes = "application/octet-stream";

    private readonly IFeatureCollection _features;
    private readonly IHttpRequestFeature _request;
    private readonly IHttpResponseFeature _response;
    private readonly IHttpResponseBodyFeature _output;

    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>: the target cannot be read.</exception>
    public HttpCall(IFeatureCollection features)
    {
        _features = features;
        _request = features.GetRequiredFeature<IHttpRequestFeature>();
        _response = features.GetRequiredFeature<IHttpResponseFeature>();
        _output = features.GetRequiredFeature<IHttpResponseBodyFeature>();
    }

    /// <summary>What is asked for.</summary>
    public RequestTarget Target => field ??= RequestTarget.Parse(_request.RawTarget);

    /// <summary>The method.</summary>
    public string Method => _request.Method;

    /// <summary>Whether the answer is to have no body.</summary>
    public bool IsHead => Method == "HEAD";

    /// <summary>Whether the client wants bytes as they are and not JSON.</summary>
    public bool WantsBytes => _request.Headers.Accept.Any(accept => accept is not null && accept.Contains(Bytes, StringComparison.OrdinalIgnoreCase));

    /// <summary>Cancelled when the client is gone.</summary>
    public CancellationToken Aborted => _features.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? CancellationToken.None;

    /// <summary>Whether the answer has begun, so that nothing can be said any more but by cutting it off.</summary>
    public bool HasBegun => _response.HasStarted;

    /// <summary>The headers of the answer.</summary>
    public Microsoft.AspNetCore.Http.IHeaderDictionary Headers => _response.Headers;

    /// <summary>Refuses methods that are not served here.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.MethodNotAllowed"/>.</exception>
    public void Allow(string allowed)
    {
        if (!allowed.Split(", ").Contains(Method, StringComparer.Ordinal))
        {
            _response.Headers.Allow = allowed;
            throw HttpRefusals.Method(Method, allowed);
        }
    }

    /// <summary>The type that the request says its body is of; null when it does not say.</summary>
    public string? BodyType => _request.Headers.ContentType;

    /// <summary>The length that the request says its body has; null when it does not say.</summary>
    public long? BodyLength => _request.Headers.ContentLength;

    /// <summary>The body, to be read as it comes.</summary>
    public Stream Body => _request.Body;

    /// <summary>Answers with all of a body at once.</summary>
    public async ValueTask AnswerAsync(int status, string contentType, ReadOnlyMemory<byte> body)
    {
        await BeginAsync(status, contentType, body.Length).ConfigureAwait(false);
        await WriteAsync(body, CancellationToken.None).ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Answers with text.</summary>
    public ValueTask AnswerAsync(int status, string contentType, string text) => AnswerAsync(status, contentType, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends status and headers.</summary>
    public async ValueTask BeginAsync(int status, string contentType, long? lengthBytes)
    {
        _response.StatusCode = status;
        _response.Headers.ContentType = contentType;
        _response.Headers.ContentLength = lengthBytes;
        _response.Headers.CacheControl = "no-store";
        _response.Headers.XContentTypeOptions = "nosniff";
        await _output.StartAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a part of the body, and waits while the client takes none of it.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!IsHead)
        {
            await _output.Writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the answer.</summary>
    public Task EndAsync() => _output.CompleteAsync();

    /// <summary>Cuts the connection off, so that the client sees that the answer is not whole.</summary>
    public void Abort() => _features.Get<IHttpRequestLifetimeFeature>()?.Abort();
}
