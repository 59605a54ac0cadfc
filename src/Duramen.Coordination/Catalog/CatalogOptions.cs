namespace Duramen.Coordination.Catalog;

/// <summary>What new topics get when a request leaves it open, and what they can have.</summary>
public sealed record CatalogOptions
{
    /// <summary>The partitions of a topic that asks for none (<c>num.partitions</c>); 1 by default.</summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>The id of the one broker, which every assignment of replicas has to name; 1 by default.</summary>
    public int BrokerId { get; init; } = 1;
}
