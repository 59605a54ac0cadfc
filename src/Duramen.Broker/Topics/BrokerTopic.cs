using Duramen.Broker.Partitions;
using Duramen.Coordination.Topics;

namespace Duramen.Broker.Topics;

/// <summary>A topic as this broker serves it: what the catalog says, and a partition for each of its logs. Immutable; a change makes another.</summary>
internal sealed class BrokerTopic(Topic topic, Partition[] partitions)
{
    public Topic Topic => topic;

    public string Name => topic.Name;

    public Guid Id => topic.Id;

    public bool IsInternal { get; } = InternalTopics.Contains(topic.Name);

    public IReadOnlyList<Partition> Partitions => partitions;

    /// <summary>The partition with a number; null when there is none.</summary>
    public Partition? Find(int index) => (uint)index < (uint)partitions.Length ? partitions[index] : null;
}
