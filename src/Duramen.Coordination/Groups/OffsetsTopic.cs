namespace Duramen.Coordination.Groups;

/// <summary>Where the logs of groups are: the partitions of one topic, each with a <see cref="GroupMachine"/> of its own.</summary>
public static class OffsetsTopic
{
    /// <summary>The name of the topic, which tools know.</summary>
    public const string Name = "__consumer_offsets";

    /// <summary>The number of partitions that Kafka gives it; it must not change while there are groups.</summary>
    public const int DefaultPartitionCount = 50;

    /// <summary>The partition that a group is kept in, as Kafka and its tools compute it: by the hash of Java's strings, without its sign.</summary>
    public static int PartitionOf(string groupId, int partitionCount)
    {
        ArgumentNullException.ThrowIfNull(groupId);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(partitionCount);
        int hash = 0;
        foreach (char unit in groupId)
        {
            hash = unchecked((31 * hash) + unit);
        }

        // The smallest number has no positive twin, and counts as 0.
        return hash == int.MinValue ? 0 : Math.Abs(hash) % partitionCount;
    }
}
