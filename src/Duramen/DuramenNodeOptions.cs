using System.Net;
using System.Security.Cryptography.X509Certificates;
using Duramen.Broker;
using Duramen.Coordination.Groups;
using Duramen.Derived;
using Duramen.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Duramen;

/// <summary>How a node is to be. The defaults are a node in memory on free ports of the loopback address: what a test wants.</summary>
public sealed record DuramenNodeOptions
{
    /// <summary>The data folder, absolute or from the working folder on; null, the default, keeps everything in memory, with the same engine and nothing left afterwards.</summary>
    public string? DataPath { get; init; }

    /// <summary>Where Kafka clients connect; a free port of 127.0.0.1 by default.</summary>
    public IPEndPoint Kafka { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Where health, metrics, tables and entities are asked for over HTTP; null, the default, is nowhere.</summary>
    public IPEndPoint? Http { get; init; }

    /// <summary>The certificate for TLS, asked for at every handshake, so that it can be replaced while the node runs; null, the default, is without TLS.</summary>
    public Func<X509Certificate2>? Certificate { get; init; }

    /// <summary>The number by which clients know the node; 1 by default.</summary>
    public int NodeId { get; init; } = 1;

    /// <summary>The name or address that clients are told to connect to; null, the default, is the address that each of them reached.</summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>The port that clients are told to connect to; null, the default, is the port that each of them reached.</summary>
    public int? AdvertisedPort { get; init; }

    /// <summary>Whether a topic is made when a client asks for one that does not exist; true by default.</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>The partitions of a new topic that does not say; 1 by default.</summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>The partitions over which groups are spread when the first is used; 50 by default.</summary>
    public int OffsetsPartitions { get; init; } = 50;

    /// <summary>The most partitions of all topics together; 100,000 by default.</summary>
    public int MaxPartitions { get; init; } = 100_000;

    /// <summary>The most groups; 100,000 by default.</summary>
    public int MaxGroups { get; init; } = 100_000;

    /// <summary>The fetch sessions at one time; 1,000 by default, 0 for none.</summary>
    public int MaxFetchSessions { get; init; } = 1000;

    /// <summary>What groups may ask for. In memory an empty group does not wait for more members, which in a test only costs seconds; elsewhere Kafka's defaults.</summary>
    public GroupOptions? Groups { get; init; }

    /// <summary>What connections may ask for.</summary>
    public ConnectionLimits Connections { get; init; } = new();

    /// <summary>How tables and entities are kept.</summary>
    public StateOptions State { get; init; } = new();

    /// <summary>How the data folder is run; its clock is <see cref="Time"/>.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>The clock and the timers; the system's by default. They never decide what is durable.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the node logs; nowhere by default.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>How long a stop waits for requests that were begun; 10 seconds by default.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
