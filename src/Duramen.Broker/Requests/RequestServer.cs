using Duramen.Broker.Connections;
using Duramen.Broker.Handlers.Cluster;
using Duramen.Broker.Telemetry;
using Duramen.Kafka;
using Duramen.Kafka.Wire;

namespace Duramen.Broker.Requests;

/// <summary>Finds the handler of each request in one table, which is also what ApiVersions advertises.</summary>
internal sealed class RequestServer : IRequestServer
{
    private readonly IApiHandler?[] _handlers;
    private readonly ApiVersionsHandler _apiVersions;
    private readonly BrokerMetrics _metrics;

    public RequestServer(IReadOnlyList<IApiHandler> handlers, BrokerMetrics metrics)
    {
        _apiVersions = new ApiVersionsHandler([.. handlers.Select(handler => handler.Api)]);
        _metrics = metrics;
        IApiHandler[] all = [.. handlers, _apiVersions];
        _handlers = new IApiHandler?[all.Max(handler => (short)handler.Api.Key) + 1];
        foreach (IApiHandler handler in all)
        {
            _handlers[(short)handler.Api.Key] = handler;
        }
    }

    /// <inheritdoc/>
    public int MaxFrameBytes(short apiKey, short apiVersion)
    {
        IApiHandler handler = Find(apiKey)
            ?? throw new ConnectionEndedException(CloseReason.UnsupportedRequest, $"There is no API with key {apiKey} here.");

        // A version of ApiVersions that does not exist has an answer, from which the client learns what does.
        return handler == _apiVersions || handler.Api.Versions.Contains(apiVersion)
            ? handler.MaxRequestBytes
            : throw new ConnectionEndedException(
                CloseReason.UnsupportedRequest,
                $"{handler.Api.Name} has versions {handler.Api.Versions.Min} to {handler.Api.Versions.Max} here; the client sent version {apiVersion}.");
    }

    /// <inheritdoc/>
    public bool MayOverlap(short apiKey) => Find(apiKey) is { MayOverlap: true };

    /// <inheritdoc/>
    public ValueTask<ResponseFrame?> StartAsync(RequestFrame frame, ClientConnection connection)
    {
        var reader = new KafkaReader(frame.Bytes) { IgnoresRest = true };
        try
        {
            RequestHeader header = RequestHeader.Read(ref reader);
            IApiHandler handler = Find(header.ApiKey)!;
            var context = new RequestContext(connection, handler.Api, header.ApiVersion, header.CorrelationId, header.ClientId ?? "");
            RequestTrace trace = _metrics.Begin(context, frame.SizeBytes);
            ValueTask<ResponseFrame?> answering = handler.StartAsync(ref reader, context);
            trace.Leave();
            if (!handler.KeepsFrame)
            {
                frame.Dispose();
            }

            if (!answering.IsCompletedSuccessfully)
            {
                return EndAsync(answering, trace);
            }

            ResponseFrame? response = answering.Result;
            _metrics.End(trace, response);
            return new ValueTask<ResponseFrame?>(response);
        }
        catch (KafkaWireException exception)
        {
            throw new ConnectionEndedException(CloseReason.MalformedRequest, exception.Message, exception);
        }
    }

    private async ValueTask<ResponseFrame?> EndAsync(ValueTask<ResponseFrame?> answering, RequestTrace trace)
    {
        ResponseFrame? response = null;
        try
        {
            response = await answering.ConfigureAwait(false);
            return response;
        }
        finally
        {
            _metrics.End(trace, response);
        }
    }

    private IApiHandler? Find(short apiKey) => (uint)apiKey < (uint)_handlers.Length ? _handlers[apiKey] : null;
}
