using System.Globalization;
using Duramen.Core.Errors;
using Duramen.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Duramen.Http;

/// <summary>
/// What a node answers over HTTP: <c>/health/live</c> (the process answers), <c>/health/ready</c> (it can commit a record, which it does to find out),
/// <c>/metrics</c>, and under <c>/v1</c> its topics as tables and entities. Small enough to stand on the server's features alone, so that a node in a test does not start a
/// web framework.
/// </summary>
internal sealed partial class HttpEndpoints(
    MetricsCollector metrics, Func<CancellationToken, ValueTask<string?>> findFault, TableEndpoints tables, EntityEndpoints entities, ILogger logger)
    : IHttpApplication<IFeatureCollection>
{
    private const string PlainText = "text/plain; charset=utf-8";

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var call = new HttpCall(context);
        try
        {
            await AnswerAsync(call).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client is gone, or did not take its answer.
            call.Abort();
        }
        catch (DuramenException error) when (ErrorAnswers.IsPlanned(error))
        {
            await RefuseAsync(call, error).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            // Whatever it is, the client learns that it failed and nothing else, and the log has the rest.
            string id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
            LogFailed(logger, cause, id, call.Method);
            await RefuseAsync(call, HttpRefusals.Unplanned(id)).ConfigureAwait(false);
        }
    }

    private static async Task RefuseAsync(HttpCall call, DuramenException error)
    {
        if (call.HasBegun)
        {
            call.Abort();
            return;
        }

        try
        {
            await ErrorAnswers.AnswerAsync(call, error).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            call.Abort();
        }
    }

    private async Task AnswerAsync(HttpCall call)
    {
        RequestTarget target = call.Target;
        if (target.Is(0, "v1"u8) && target.Is(1, "tables"u8))
        {
            await tables.AnswerAsync(call).ConfigureAwait(false);
            return;
        }

        if (target.Is(0, "v1"u8) && target.Is(1, "entities"u8))
        {
            await entities.AnswerAsync(call).ConfigureAwait(false);
            return;
        }

        call.Allow("GET, HEAD");
        switch (target.Path)
        {
            case "/health/live":
                await call.AnswerAsync(200, PlainText, "live\n").ConfigureAwait(false);
                break;
            case "/health/ready":
                string? fault = await findFault(call.Aborted).ConfigureAwait(false);
                await call.AnswerAsync(fault is null ? 200 : 503, PlainText, fault is null ? "ready\n" : $"not ready: {fault}\n").ConfigureAwait(false);
                break;
            case "/metrics":
                await call.AnswerAsync(200, PrometheusText.ContentType, PrometheusText.Write(metrics.Collect())).ConfigureAwait(false);
                break;
            default:
                throw HttpRefusals.NoPath(target.Path);
        }
    }

    [LoggerMessage(30, LogLevel.Error, "Request {Id} ({Method}) failed.")]
    private static partial void LogFailed(ILogger logger, Exception cause, string id, string method);
}
