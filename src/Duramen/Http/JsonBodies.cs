using Duramen.Core.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Duramen.Http;

/// <summary>
/// Reads the bodies of requests, which are JSON. Memory is taken as bytes arrive, and only so many bodies are large at one time, so that strangers cannot make the node hold
/// more than it was made for. Safe to call from any thread.
/// </summary>
internal sealed class JsonBodies(TimeProvider time) : IDisposable
{
    private const string Json = "application/json";
    private const int TooLarge = 413;

    private readonly SemaphoreSlim _large = new(HttpLimits.LargeBodies);

    /// <summary>Reads a body; whoever uses it disposes it.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.BodyTypeUnknown"/>, <see cref="HttpErrors.BodyTooLarge"/>, <see cref="HttpErrors.RequestInvalid"/>.</exception>
    /// <exception cref="OperationCanceledException">The client is gone, or did not send it in time.</exception>
    public async ValueTask<JsonBody> ReadAsync(HttpCall call)
    {
        // A page of another site cannot send this type without asking first, and is never allowed to: so it cannot have a browser append.
        if (!MediaTypeHeaderValue.TryParse(call.BodyType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
        {
            throw HttpRefusals.BodyType(call.BodyType);
        }

        if (call.BodyLength > HttpLimits.MaxBodyBytes)
        {
            throw HttpRefusals.BodySize(HttpLimits.MaxBodyBytes);
        }

        var body = new JsonBody(_large);
        using var patience = new CancellationTokenSource(HttpLimits.BodyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, call.Aborted);
        try
        {
            await ReadAsync(call, body, either.Token).ConfigureAwait(false);
            return body;
        }
        catch (BadHttpRequestException bad)
        {
            body.Dispose();
            throw bad.StatusCode == TooLarge ? HttpRefusals.BodySize(HttpLimits.MaxBodyBytes) : HttpRefusals.Body(bad.Message);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose() => _large.Dispose();

    private static async ValueTask ReadAsync(HttpCall call, JsonBody body, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[HttpLimits.GatheredBytes / 4];
        int read;
        while ((read = await call.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > HttpLimits.MaxBodyBytes)
            {
                throw HttpRefusals.BodySize(HttpLimits.MaxBodyBytes);
            }

            await body.AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }
}
