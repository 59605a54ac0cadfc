namespace Duramen.Cli.Server;

/// <summary>Where a server sends what it measures, and how often.</summary>
internal sealed record TelemetryOptions
{
    /// <summary>The receiver, as the base of its paths for HTTP; null to send nothing.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Whether the receiver speaks gRPC; otherwise it gets protocol buffers over HTTP.</summary>
    public bool UsesGrpc { get; init; }

    /// <summary>The time between two exports of metrics.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The part of requests that are traced, from 0 to 1.</summary>
    public double TraceRatio { get; init; }
}
