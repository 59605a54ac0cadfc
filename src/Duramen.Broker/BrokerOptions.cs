using System.Net;
using Duramen.Coordination.Groups;

namespace Duramen.Broker;

/// <summary>What a broker is and how it serves; Kafka's names stand beside those that Kafka has.</summary>
public sealed record BrokerOptions
{
    /// <summary>The number by which clients know the broker (<c>node.id</c>); 1 by default.</summary>
    public int NodeId { get; init; } = 1;

    /// <summary>The cluster's id, as clients are told; the data folder has it.</summary>
    public required string ClusterId { get; init; }

    /// <summary>
    /// The name or address that clients are told to connect to (<c>advertised.listeners</c>). When null it is the address that the client reached, which is
    /// right wherever no address is translated on the way.
    /// </summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>The port that clients are told to connect to; when null the one that the client reached.</summary>
    public int? AdvertisedPort { get; init; }

    /// <summary>Where HTTP is answered beside this broker, as clients may ask (<c>duramen.http.listener</c>); nowhere by default. Asked for each time, since a port may be chosen late.</summary>
    public Func<IPEndPoint?> HttpEndPoint { get; init; } = static () => null;

    /// <summary>Whether a topic is made when a client asks for it that does not exist (<c>auto.create.topics.enable</c>); true by default, as in Kafka.</summary>
    public bool AutoCreateTopics { get; init; } = true;

    /// <summary>The partitions of a new topic that does not say (<c>num.partitions</c>); 1 by default.</summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>The partitions over which groups are spread when the first group is used (<c>offsets.topic.num.partitions</c>); 50 by default, which tools expect.</summary>
    public int OffsetsPartitions { get; init; } = 50;

    /// <summary>
    /// The fetch sessions at one time (<c>max.incremental.fetch.session.cache.slots</c>); 1,000 by default, 0 for none. Clients that get none name all their
    /// partitions in each fetch.
    /// </summary>
    public int MaxFetchSessions { get; init; } = 1000;

    /// <summary>The most partitions of all topics together; 100,000 by default.</summary>
    public int MaxPartitions { get; init; } = 100_000;

    /// <summary>
    /// The most groups; 100,000 by default. They are spread over <see cref="OffsetsPartitions"/> by their names, and each of those takes its part of the number.
    /// </summary>
    public int MaxGroups { get; init; } = 100_000;

    /// <summary>What groups may ask for.</summary>
    public GroupOptions Groups { get; init; } = new();

    /// <summary>What connections may ask for.</summary>
    public ConnectionLimits Connections { get; init; } = new();
}
