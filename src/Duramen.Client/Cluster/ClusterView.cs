using Duramen.Client.Connections;
using Duramen.Kafka;

namespace Duramen.Client.Cluster;

/// <summary>What is known of a cluster at one moment; never changed once made.</summary>
internal sealed record ClusterView
{
    public static ClusterView Nothing { get; } = new();

    /// <summary>The brokers by their ids.</summary>
    public IReadOnlyDictionary<int, BrokerAddress> Brokers { get; init; } = new Dictionary<int, BrokerAddress>();

    /// <summary>The topics that were asked for, by name.</summary>
    public IReadOnlyDictionary<string, TopicView> Topics { get; init; } = new Dictionary<string, TopicView>();

    /// <summary>The broker that changes topics; -1 when it is not known.</summary>
    public int ControllerId { get; init; } = -1;

    public string? ClusterId { get; init; }

    /// <summary>The broker that leads a partition; -1 when none is known to.</summary>
    public int LeaderOf(TopicPartition partition) =>
        Topics.TryGetValue(partition.Topic, out TopicView? topic) && (uint)partition.Partition < (uint)topic.Partitions.Count
            ? topic.Partitions[partition.Partition].LeaderId
            : -1;
}

/// <summary>What is known of a topic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; empty from brokers that have none.</param>
/// <param name="Error">Why nothing else is known of it.</param>
/// <param name="IsInternal">Whether it is the cluster's own.</param>
/// <param name="Partitions">Its partitions by number.</param>
internal sealed record TopicView(string Name, Guid Id, KafkaError Error, bool IsInternal, IReadOnlyList<PartitionView> Partitions);

/// <summary>What is known of a partition.</summary>
internal sealed record PartitionView(
    int Index, KafkaError Error, int LeaderId, int LeaderEpoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> InSync, IReadOnlyList<int> Offline);
