namespace Duramen.Client.Admin;

/// <summary>A topic as its cluster describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; empty from clusters that have none.</param>
/// <param name="IsInternal">Whether it is the cluster's own.</param>
/// <param name="Partitions">Its partitions, by number.</param>
public sealed record TopicDescription(string Name, Guid Id, bool IsInternal, IReadOnlyList<PartitionDescription> Partitions);
