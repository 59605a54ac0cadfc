using Duramen.Core.Ids;

namespace Duramen.State.Tables.Topics;

/// <summary>An offset in one partition of a topic.</summary>
/// <param name="Partition">The number of the partition.</param>
/// <param name="Offset">The offset in it.</param>
public readonly record struct PartitionOffset(int Partition, Offset Offset);
