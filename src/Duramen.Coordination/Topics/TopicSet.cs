using System.Collections.Immutable;
using Duramen.Coordination.Configs;

namespace Duramen.Coordination.Topics;

/// <summary>All topics at one moment. Immutable: a change makes another, which shares what did not change.</summary>
public sealed class TopicSet
{
    private readonly ImmutableSortedDictionary<string, Topic> _byName;
    private readonly ImmutableSortedDictionary<Guid, Topic> _byId;

    // By what names have in common that may not exist side by side.
    private readonly ImmutableSortedDictionary<string, Topic> _byUnifiedName;

    private TopicSet(
        ImmutableSortedDictionary<string, Topic> byName,
        ImmutableSortedDictionary<Guid, Topic> byId,
        ImmutableSortedDictionary<string, Topic> byUnifiedName,
        long partitionCount,
        TopicDefaults defaults)
    {
        Defaults = defaults;
        PartitionCount = partitionCount;
        _byName = byName;
        _byId = byId;
        _byUnifiedName = byUnifiedName;
    }

    /// <summary>No topics.</summary>
    public static TopicSet Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, Topic>(StringComparer.Ordinal),
        ImmutableSortedDictionary<Guid, Topic>.Empty,
        ImmutableSortedDictionary.Create<string, Topic>(StringComparer.Ordinal),
        partitionCount: 0,
        TopicDefaults.OfKafka);

    /// <summary>The number of topics.</summary>
    public int Count => _byName.Count;

    /// <summary>The number of partitions of all topics.</summary>
    public long PartitionCount { get; }

    /// <summary>What topics have where nothing is set on them.</summary>
    public TopicDefaults Defaults { get; }

    /// <summary>All topics, in the order of their names, compared as UTF-16 code units.</summary>
    public IEnumerable<Topic> Topics => _byName.Values;

    /// <summary>The topic with a name; null when there is none.</summary>
    public Topic? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The topic with an id; null when there is none, or none any more.</summary>
    public Topic? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>The topic that a name is too like to exist beside it; the one of that name too.</summary>
    internal Topic? FindLike(string name) => _byUnifiedName.GetValueOrDefault(TopicName.Unified(name));

    /// <summary>The same with a topic, in place of what has its id.</summary>
    internal TopicSet With(Topic topic)
    {
        TopicSet others = Without(topic.Id);
        Topic added = topic.WithDefaults(Defaults);
        return new TopicSet(
            others._byName.SetItem(added.Name, added),
            others._byId.SetItem(added.Id, added),
            others._byUnifiedName.SetItem(TopicName.Unified(added.Name), added),
            others.PartitionCount + added.PartitionCount,
            Defaults);
    }

    /// <summary>The same without a topic.</summary>
    internal TopicSet Without(Guid id) => _byId.TryGetValue(id, out Topic? topic)
        ? new TopicSet(_byName.Remove(topic.Name), _byId.Remove(id), _byUnifiedName.Remove(TopicName.Unified(topic.Name)), PartitionCount - topic.PartitionCount, Defaults)
        : this;

    /// <summary>The same topics with other defaults.</summary>
    internal TopicSet With(TopicDefaults defaults)
    {
        ImmutableSortedDictionary<string, Topic> byName = _byName.SetItems(Topics.Select(topic => KeyValuePair.Create(topic.Name, topic.WithDefaults(defaults))));
        return new TopicSet(
            byName,
            _byId.SetItems(byName.Values.Select(topic => KeyValuePair.Create(topic.Id, topic))),
            _byUnifiedName.SetItems(byName.Values.Select(topic => KeyValuePair.Create(TopicName.Unified(topic.Name), topic))),
            PartitionCount,
            defaults);
    }
}
