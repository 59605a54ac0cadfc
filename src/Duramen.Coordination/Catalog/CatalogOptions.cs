namespace Duramen.Coordination.Catalog;

/// <summary>What new topics get when a request leaves it open, and what they can have.</summary>
public sealed record CatalogOptions
{
    /// <summary>The partitions of a topic that asks for none (<c>num.partitions</c>); 1 by default.</summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>
    /// The most partitions of all topics together, and so of topics; 100,000 by default. Each is a log, which takes memory, files and time at a start. Kafka knows
    /// no such limit.
    /// </summary>
    public int MaxPartitions { get; init; } = 100_000;

    /// <summary>The id of the one broker, which every assignment of replicas has to name; 1 by default.</summary>
    public int BrokerId { get; init; } = 1;
}
