using System.Text;
using Duramen.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Duramen.Http;

/// <summary>
/// What a node answers over HTTP: <c>/health/live</c> (the process answers), <c>/health/ready</c> (it can commit a record, which it does to find out)
/// and <c>/metrics</c>. Small enough to stand on the server's features alone, so that a node in a test does not start a web framework.
/// </summary>
internal sealed class HttpEndpoints(MetricsCollector metrics, Func<CancellationToken, ValueTask<string?>> findFault) : IHttpApplication<IFeatureCollection>
{
    private const string PlainText = "text/plain; charset=utf-8";

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        if (request.Method is not ("GET" or "HEAD"))
        {
            context.GetRequiredFeature<IHttpResponseFeature>().Headers.Allow = "GET, HEAD";
            await AnswerAsync(context, 405, PlainText, "Only GET and HEAD are answered here.\n").ConfigureAwait(false);
            return;
        }

        switch (request.Path)
        {
            case "/health/live":
                await AnswerAsync(context, 200, PlainText, "live\n").ConfigureAwait(false);
                break;
            case "/health/ready":
                CancellationToken aborted = context.Get<IHttpRequestLifetimeFeature>()?.RequestAborted ?? CancellationToken.None;
                string? fault = await findFault(aborted).ConfigureAwait(false);
                await AnswerAsync(context, fault is null ? 200 : 503, PlainText, fault is null ? "ready\n" : $"not ready: {fault}\n").ConfigureAwait(false);
                break;
            case "/metrics":
                await AnswerAsync(context, 200, PrometheusText.ContentType, PrometheusText.Write(metrics.Collect())).ConfigureAwait(false);
                break;
            default:
                await AnswerAsync(context, 404, PlainText, "There are /health/live, /health/ready and /metrics.\n").ConfigureAwait(false);
                break;
        }
    }

    private static async ValueTask AnswerAsync(IFeatureCollection context, int status, string contentType, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        IHttpResponseFeature response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = status;
        response.Headers.ContentType = contentType;
        response.Headers.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        IHttpResponseBodyFeature output = context.GetRequiredFeature<IHttpResponseBodyFeature>();
        await output.StartAsync().ConfigureAwait(false);
        if (context.GetRequiredFeature<IHttpRequestFeature>().Method != "HEAD")
        {
            await output.Writer.WriteAsync(body).ConfigureAwait(false);
        }

        await output.CompleteAsync().ConfigureAwait(false);
    }
}
