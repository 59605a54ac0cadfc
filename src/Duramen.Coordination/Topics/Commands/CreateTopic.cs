using System.Collections.Immutable;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Configs;
using Duramen.State.Machines;

namespace Duramen.Coordination.Topics.Commands;

/// <summary>Makes a topic (Kafka's CreateTopics, for one topic).</summary>
/// <param name="Id">The id that it gets: one that was never used.</param>
/// <param name="Name">Its name.</param>
public sealed record CreateTopic(Guid Id, string Name) : ICommand<ClusterCatalog, TopicResult>
{
    /// <summary>The number of partitions; -1 leaves it to the cluster.</summary>
    public int PartitionCount { get; init; } = -1;

    /// <summary>The number of replicas; -1 leaves it to the cluster.</summary>
    public int ReplicationFactor { get; init; } = -1;

    /// <summary>Where the replicas are to be, in place of the two numbers; usually empty.</summary>
    public IReadOnlyList<ReplicaAssignment> Assignments { get; init; } = [];

    /// <summary>What is set on the topic. Of two values for one name the later counts.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Configs { get; init; } = [];

    /// <summary>Whether the answer is wanted and not the topic.</summary>
    public bool ValidateOnly { get; init; }

    /// <inheritdoc/>
    public void Decide(ClusterCatalog machine, ReplySlot<TopicResult> caller, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(decision);
        TopicResult result = Check(machine);
        if (result.Topic is Topic topic && !ValidateOnly)
        {
            decision.Append(TopicRecord.Key(topic.Id), TopicRecord.Value(topic));
        }

        decision.Reply(caller, result);
    }

    private TopicResult Check(ClusterCatalog machine)
    {
        if (TopicName.FaultOf(Name) is string nameFault)
        {
            return TopicResult.Refused(TopicError.InvalidName, nameFault);
        }

        if (machine.Topics.Find(Name) is not null)
        {
            return TopicResult.Refused(TopicError.AlreadyExists, $"Topic '{Name}' already exists.");
        }

        if (machine.Topics.FindLike(Name) is Topic alike)
        {
            return TopicResult.Refused(TopicError.InvalidName, $"Topic '{Name}' collides with '{alike.Name}': '.' and '_' look alike in metrics.");
        }

        if (machine.Topics.Find(Id) is not null)
        {
            return TopicResult.Refused(TopicError.InvalidRequest, $"The id {Id} belongs to another topic.");
        }

        return CheckConfigs(out ImmutableSortedDictionary<string, string> configs)
            ?? CheckPartitions(machine.Options, out int partitionCount)
            ?? PartitionLimit.Check(machine, partitionCount)
            ?? TopicResult.Done(new Topic(Id, Name, partitionCount, configs, machine.Topics.Defaults));
    }

    private TopicResult? CheckConfigs(out ImmutableSortedDictionary<string, string> configs)
    {
        string[] nulls = [.. Configs.Where(config => config.Value is null).Select(config => config.Key)];
        string? fault = TopicConfigRules.Check(Configs.Where(config => config.Value is not null).Cast<KeyValuePair<string, string>>(), out configs);
        fault = nulls.Length > 0 ? $"A topic's configs cannot be null: {string.Join(", ", nulls)}." : fault;
        return fault is null ? null : TopicResult.Refused(TopicError.InvalidConfig, fault);
    }

    private TopicResult? CheckPartitions(CatalogOptions options, out int partitionCount)
    {
        partitionCount = Assignments.Count > 0 ? Assignments.Count : PartitionCount == -1 ? options.DefaultPartitions : PartitionCount;
        if (Assignments.Count > 0 && (PartitionCount != -1 || ReplicationFactor != -1))
        {
            return TopicResult.Refused(TopicError.InvalidRequest, "A request that assigns replicas leaves the number of partitions and the replication factor at -1.");
        }

        if (ReplicationFactor is 0 or < -1)
        {
            return TopicResult.Refused(TopicError.InvalidReplicationFactor, "The replication factor must be above 0, or -1 for the default.");
        }

        if (partitionCount <= 0)
        {
            return TopicResult.Refused(TopicError.InvalidPartitions, "The number of partitions must be above 0, or -1 for the default.");
        }

        if (ReplicationFactor > 1)
        {
            return TopicResult.Refused(TopicError.InvalidReplicationFactor, $"{ReplicationFactor} replicas are asked for; there is one broker.");
        }

        if (partitionCount > TopicLimits.MaxPartitions)
        {
            return TopicResult.Refused(TopicError.InvalidPartitions, $"A topic has at most {TopicLimits.MaxPartitions} partitions.");
        }

        return ReplicaRules.FaultOf(Assignments, 0, options.BrokerId) is string fault
            ? TopicResult.Refused(TopicError.InvalidReplicaAssignment, fault)
            : null;
    }
}
