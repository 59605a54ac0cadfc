namespace Duramen.Coordination.Topics;

/// <summary>What replicas a cluster of one broker can have.</summary>
internal static class ReplicaRules
{
    /// <summary>What is wrong with assignments, which are to be those of the partitions from <paramref name="firstPartition"/> on; null when nothing is.</summary>
    public static string? FaultOf(IReadOnlyList<ReplicaAssignment> assignments, int firstPartition, int brokerId)
    {
        var partitions = new SortedSet<int>();
        foreach (ReplicaAssignment assignment in assignments)
        {
            if (!partitions.Add(assignment.Partition))
            {
                return $"Partition {assignment.Partition} is assigned more than once.";
            }

            if (assignment.BrokerIds.Count == 0)
            {
                return $"The assignment of partition {assignment.Partition} has no replicas.";
            }

            foreach (int id in assignment.BrokerIds)
            {
                if (id != brokerId)
                {
                    return $"The assignment of partition {assignment.Partition} names broker {id}, which does not exist.";
                }
            }

            if (assignment.BrokerIds.Count > 1)
            {
                return $"The assignment of partition {assignment.Partition} names broker {brokerId} more than once.";
            }
        }

        return partitions.Count == 0 || (partitions.Min == firstPartition && partitions.Max == firstPartition + partitions.Count - 1)
            ? null
            : $"The partitions of an assignment follow each other from {firstPartition} on.";
    }
}
