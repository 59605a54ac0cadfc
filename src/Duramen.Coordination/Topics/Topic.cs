using System.Collections.Immutable;
using Duramen.Coordination.Configs;

namespace Duramen.Coordination.Topics;

/// <summary>A topic as the catalog has it. Immutable: a change makes another.</summary>
public sealed class Topic
{
    internal Topic(Guid id, string name, int partitionCount, ImmutableSortedDictionary<string, string> configs)
    {
        Id = id;
        Name = name;
        PartitionCount = partitionCount;
        Configs = configs;
        Settings = TopicSettings.Of(configs);
    }

    /// <summary>The identity of the topic for as long as it exists; another one of the same name has another.</summary>
    public Guid Id { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The number of partitions: 0 to one less are their numbers.</summary>
    public int PartitionCount { get; }

    /// <summary>What was set on the topic, by name.</summary>
    public ImmutableSortedDictionary<string, string> Configs { get; }

    /// <summary>What the configs amount to.</summary>
    public TopicSettings Settings { get; }

    /// <summary>All configs as they are in force, in the order of their names.</summary>
    public IEnumerable<ConfigEntry> DescribeConfigs() => TopicConfigs.All.Select(DescribeConfig);

    /// <summary>The topic with other configs; itself when they are the same.</summary>
    internal Topic WithConfigs(ImmutableSortedDictionary<string, string> configs) =>
        configs.SequenceEqual(Configs) ? this : new Topic(Id, Name, PartitionCount, configs);

    private ConfigEntry DescribeConfig(ConfigDefinition definition)
    {
        string value = TopicSettings.Value(Configs, definition);
        List<ConfigSynonym> synonyms = [];
        if (Configs.ContainsKey(definition.Name))
        {
            synonyms.Add(new ConfigSynonym(definition.Name, value, ConfigSource.Topic));
        }

        if (definition.BrokerName is not null)
        {
            synonyms.Add(new ConfigSynonym(definition.BrokerName, definition.Default, ConfigSource.Default));
        }

        ConfigSource source = synonyms.Count == 0 ? ConfigSource.Default : synonyms[0].Source;
        return new ConfigEntry(definition, value, source, IsReadOnly: false, synonyms);
    }
}
