using Duramen.Coordination.Catalog;

namespace Duramen.Coordination.Topics;

/// <summary>How many partitions all topics may have together.</summary>
internal static class PartitionLimit
{
    /// <summary>The refusal of more partitions; null when there may be as many.</summary>
    public static TopicResult? Check(ClusterCatalog machine, int added) => machine.Topics.PartitionCount + added <= machine.Options.MaxPartitions
        ? null
        : TopicResult.Refused(
            TopicError.LimitReached, $"There are {machine.Topics.PartitionCount} partitions; {added} more would be above the limit of {machine.Options.MaxPartitions}.");
}
