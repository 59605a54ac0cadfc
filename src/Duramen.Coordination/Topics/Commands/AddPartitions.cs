using Duramen.Coordination.Catalog;

namespace Duramen.Coordination.Topics.Commands;

/// <summary>Gives a topic more partitions (Kafka's CreatePartitions, for one topic).</summary>
/// <param name="Name">The topic.</param>
/// <param name="PartitionCount">How many it is to have in all.</param>
public sealed record AddPartitions(string Name, int PartitionCount) : TopicChange(Name)
{
    /// <summary>Where the replicas of the new partitions are to be; null leaves it to the cluster.</summary>
    public IReadOnlyList<ReplicaAssignment>? Assignments { get; init; }

    private protected override TopicResult Change(Topic topic, ClusterCatalog machine)
    {
        if (PartitionCount <= topic.PartitionCount)
        {
            return TopicResult.Refused(
                TopicError.InvalidPartitions, $"Topic '{Name}' has {topic.PartitionCount} partitions; {PartitionCount} would not be an increase.");
        }

        if (PartitionCount > TopicLimits.MaxPartitions)
        {
            return TopicResult.Refused(TopicError.InvalidPartitions, $"A topic has at most {TopicLimits.MaxPartitions} partitions.");
        }

        int added = PartitionCount - topic.PartitionCount;
        if (Assignments is not null)
        {
            string? fault = Assignments.Count == added
                ? ReplicaRules.FaultOf(Assignments, topic.PartitionCount, machine.Options.BrokerId)
                : $"{added} partitions are added; {Assignments.Count} are assigned.";
            if (fault is not null)
            {
                return TopicResult.Refused(TopicError.InvalidReplicaAssignment, fault);
            }
        }

        return PartitionLimit.Check(machine, added) ?? TopicResult.Done(topic.WithPartitions(PartitionCount));
    }
}
