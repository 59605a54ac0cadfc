using System.Diagnostics;
using System.Diagnostics.Metrics;
using Duramen.Broker.Connections;
using Duramen.Kafka;

namespace Duramen.Broker.Telemetry;

/// <summary>What a broker counts. One meter for each broker; its scope tells the brokers of one process apart.</summary>
internal sealed class BrokerMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Duramen.Broker";

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
        _durations = _meter.CreateHistogram<double>("duramen.broker.request.duration", "s", "From a whole request to its whole response, by API; waiting for records or members included.");
        _bytesIn = _meter.CreateCounter<long>("duramen.broker.request.size", "By", "Bytes of requests, by API.");
        _bytesOut = _meter.CreateCounter<long>("duramen.broker.response.size", "By", "Bytes of responses, by API.");
        _connectionsEnded = _meter.CreateCounter<long>("duramen.broker.connections.ended", "{connection}", "Connections that ended, by reason.");
    }

    /// <summary>Shows what a server of connections has at any time.</summary>
    public void Observe(ConnectionServer connections)
    {
        _meter.CreateObservableGauge("duramen.broker.connections", () => connections.ConnectionCount, "{connection}", "Connections at this moment.");
        _meter.CreateObservableGauge("duramen.broker.requests.inflight.size", () => connections.RequestBytesInFlight, "By", "Bytes of requests that are not answered.");
    }

    /// <summary>Shows a number that somebody keeps.</summary>
    public void Observe(string name, string unit, string description, Func<long> value) => _meter.CreateObservableGauge(name, value, unit, description);

    public long RequestBegan() => _durations.Enabled ? _time.GetTimestamp() : 0;

    public void RequestEnded(KafkaApi api, long began, int requestBytes, ResponseFrame? response)
    {
        var tag = new KeyValuePair<string, object?>("api", api.Name);
        _requests.Add(1, tag);
        _bytesIn.Add(requestBytes, tag);
        _bytesOut.Add(response?.Writer.Length ?? 0, tag);
        if (began != 0)
        {
            _durations.Record(_time.GetElapsedTime(began).TotalSeconds, tag);
        }
    }

    public void ConnectionEnded(string reason) => _connectionsEnded.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => _meter.Dispose();
}
