using System.Net.Security;

namespace Duramen.Client;

/// <summary>How a client finds and talks to a cluster.</summary>
public sealed record ClientOptions
{
    /// <summary>Where the first brokers are asked for the others, <c>HOST:PORT</c> with commas between them; 127.0.0.1:9092 by default.</summary>
    public string BootstrapServers { get; init; } = "127.0.0.1:9092";

    /// <summary>What the client calls itself in the brokers' logs and metrics.</summary>
    public string ClientId { get; init; } = "duramen";

    /// <summary>How connections are encrypted; null, the default, is not at all. The target host is set for each broker when it is empty.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>How long one attempt to connect may take, in milliseconds; 10 seconds by default.</summary>
    public int ConnectTimeoutMs { get; init; } = 10_000;

    /// <summary>How long a broker may take to answer one request, in milliseconds; 30 seconds by default. A connection that exceeds it is given up.</summary>
    public int RequestTimeoutMs { get; init; } = 30_000;

    /// <summary>How long an operation may take with all its attempts, in milliseconds; 60 seconds by default.</summary>
    public int OperationTimeoutMs { get; init; } = 60_000;

    /// <summary>How long to go on trying while no broker can be connected to at all, in milliseconds; 10 seconds by default, 0 tries each address once.</summary>
    public int UnreachableTimeoutMs { get; init; } = 10_000;

    /// <summary>The wait before the first repetition, in milliseconds; 50 by default. It doubles with each attempt, and a fifth of it is chance.</summary>
    public int RetryBackoffMs { get; init; } = 50;

    /// <summary>The longest wait before a repetition, in milliseconds; 1 second by default.</summary>
    public int RetryBackoffMaxMs { get; init; } = 1_000;

    /// <summary>The age at which what is known of the cluster is asked for again, in milliseconds; 5 minutes by default.</summary>
    public int MetadataMaxAgeMs { get; init; } = 300_000;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where chance begins, for a run that can be repeated; another one for each client by default.</summary>
    public ulong Seed { get; init; } = unchecked((ulong)Random.Shared.NextInt64());
}
