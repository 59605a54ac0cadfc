namespace Duramen.Coordination.Configs;

/// <summary>
/// The configs that a broker shows. Clients cannot change them: a node is started with them. Those that give topics their defaults come from
/// <see cref="TopicConfigs"/>, under the names that brokers have for them.
/// </summary>
public static class BrokerConfigs
{
    /// <summary>The id of the broker.</summary>
    public static ConfigDefinition NodeId { get; } = new("node.id", ConfigType.Number32, "1", "The id of this node.");

    /// <summary>The same under its older name, which clients still ask for.</summary>
    public static ConfigDefinition BrokerId { get; } = new("broker.id", ConfigType.Number32, "1", "The id of this node.");

    /// <summary>Whether asking for a topic makes it.</summary>
    public static ConfigDefinition AutoCreateTopicsEnable { get; } = new(
        "auto.create.topics.enable", ConfigType.Boolean, "true", "Whether a topic that a client asks for is made when there is none.");

    /// <summary>The partitions of a topic that asks for none.</summary>
    public static ConfigDefinition NumPartitions { get; } = new(
        "num.partitions", ConfigType.Number32, "1", "The partitions of a topic that asks for no number of them.")
    { Minimum = 1 };

    /// <summary>The replicas of a topic that asks for none.</summary>
    public static ConfigDefinition DefaultReplicationFactor { get; } = new(
        "default.replication.factor", ConfigType.Number32, "1", "The replicas of a topic that asks for no number of them.");

    /// <summary>Whether topics can be deleted.</summary>
    public static ConfigDefinition DeleteTopicEnable { get; } = new(
        "delete.topic.enable", ConfigType.Boolean, "true", "Topics can be deleted.");

    /// <summary>The partitions of the topic of offsets.</summary>
    public static ConfigDefinition OffsetsTopicNumPartitions { get; } = new(
        "offsets.topic.num.partitions", ConfigType.Number32, "50", "The partitions of the topic that keeps the offsets of groups.");

    /// <summary>How long the offsets of a group are kept.</summary>
    public static ConfigDefinition OffsetsRetentionMinutes { get; } = new(
        "offsets.retention.minutes", ConfigType.Number32, "10080", "How long the offsets of a group without members are kept, in minutes.");

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<ConfigDefinition> All { get; } =
    [
        .. TopicConfigs.All.Where(definition => definition.BrokerName is not null)
            .Select(definition => definition with { Name = definition.BrokerName!, BrokerName = null })
            .Concat([
                NodeId, BrokerId, AutoCreateTopicsEnable, NumPartitions, DefaultReplicationFactor, DeleteTopicEnable, OffsetsTopicNumPartitions,
                OffsetsRetentionMinutes,
            ])
            .OrderBy(definition => definition.Name, StringComparer.Ordinal),
    ];

    /// <summary>All configs as they are in force, in the order of their names.</summary>
    /// <param name="valueOf">What the node was started with; null for a config that it was not given.</param>
    public static IEnumerable<ConfigEntry> Describe(Func<ConfigDefinition, string?> valueOf)
    {
        ArgumentNullException.ThrowIfNull(valueOf);
        return All.Select(definition =>
        {
            List<ConfigSynonym> synonyms = [new ConfigSynonym(definition.Name, definition.Default, ConfigSource.Default)];
            if (valueOf(definition) is string value)
            {
                synonyms.Insert(0, new ConfigSynonym(definition.Name, value, ConfigSource.Node));
            }

            return new ConfigEntry(definition, synonyms[0].Value, synonyms[0].Source, IsReadOnly: true, synonyms);
        });
    }
}
