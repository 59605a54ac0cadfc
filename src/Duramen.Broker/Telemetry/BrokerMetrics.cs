using System.Diagnostics;
using System.Diagnostics.Metrics;
using Duramen.Broker.Connections;
using Duramen.Broker.Requests;

namespace Duramen.Broker.Telemetry;

/// <summary>What a broker counts. One meter for each broker; its scope tells the brokers of one process apart.</summary>
internal sealed class BrokerMetrics : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string MeterName = "Duramen.Broker";

    /// <summary>The upper bounds of the buckets of durations, in seconds: from what memory takes to what a client gives up after.</summary>
    private static readonly InstrumentAdvice<double> DurationBuckets =
        new() { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    /// <summary>Where the activities of requests come from, of all brokers of the process.</summary>
    private static readonly ActivitySource Source = new(MeterName);

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _bytesIn;
    private readonly Counter<long> _bytesOut;
    private readonly Counter<long> _connectionsEnded;

    public BrokerMetrics(object scope, TimeProvider time)
    {
        _time = time;
        _meter = new Meter(new MeterOptions(MeterName) { Scope = scope });
        _requests = _meter.CreateCounter<long>("duramen.broker.requests", "{request}", "Requests that were answered, by API.");
        _durations = _meter.CreateHistogram(
            "duramen.broker.request.duration", "s", "From a whole request to its whole response, by API; waiting for records or members included.", tags: null, DurationBuckets);
        _bytesIn = _meter.CreateCounter<long>("duramen.broker.request.size", "By", "Bytes of requests, by API.");
        _bytesOut = _meter.CreateCounter<long>("duramen.broker.response.size", "By", "Bytes of responses, by API.");
        _connectionsEnded = _meter.CreateCounter<long>("duramen.broker.connections.ended", "{connection}", "Connections that ended, by reason.");
    }

    /// <summary>Shows what a server of connections has at any time.</summary>
    public void Observe(ConnectionServer connections)
    {
        _meter.CreateObservableGauge("duramen.broker.connections", () => connections.ConnectionCount, "{connection}", "Connections at this moment.");
        _meter.CreateObservableGauge("duramen.broker.requests.inflight", () => connections.RequestsInFlight, "{request}", "Requests that are not answered.");
        _meter.CreateObservableGauge("duramen.broker.requests.inflight.size", () => connections.RequestBytesInFlight, "By", "Bytes of requests whose memory is in use.");
    }

    /// <summary>Shows a number that somebody keeps.</summary>
    public void Observe(string name, string unit, string description, Func<long> value) => _meter.CreateObservableGauge(name, value, unit, description);

    /// <summary>A request begins. Its activity, where anybody listens for those, is the current one until <see cref="RequestTrace.Leave"/>.</summary>
    public RequestTrace Begin(RequestContext context, int requestBytes)
    {
        Activity? activity = Source.HasListeners() ? Source.StartActivity(context.Api.Name, ActivityKind.Server) : null;
        if (activity is not null)
        {
            activity.SetTag("messaging.system", "kafka");
            activity.SetTag("duramen.api.version", context.Version);
            activity.SetTag("duramen.client.id", context.ClientId);
            activity.SetTag("duramen.request.size", requestBytes);
        }

        return new RequestTrace(context.Api, requestBytes, _durations.Enabled ? _time.GetTimestamp() : 0, activity);
    }

    /// <summary>A request has its response, or failed.</summary>
    public void End(RequestTrace trace, ResponseFrame? response)
    {
        var tag = new KeyValuePair<string, object?>("api", trace.Api.Name);
        _requests.Add(1, tag);
        _bytesIn.Add(trace.RequestBytes, tag);
        _bytesOut.Add(response?.Writer.Length ?? 0, tag);
        if (trace.Began != 0)
        {
            _durations.Record(_time.GetElapsedTime(trace.Began).TotalSeconds, tag);
        }

        trace.Activity?.Stop();
    }

    public void ConnectionEnded(string reason) => _connectionsEnded.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => _meter.Dispose();
}
