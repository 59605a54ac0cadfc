using System.Collections.Immutable;
using Duramen.Coordination.Configs;

namespace Duramen.Coordination.Topics;

/// <summary>A topic as the catalog has it. Immutable: a change makes another.</summary>
public sealed class Topic
{
    internal Topic(Guid id, string name, int partitionCount, ImmutableSortedDictionary<string, string> configs, TopicDefaults? defaults = null)
    {
        Id = id;
        Name = name;
        PartitionCount = partitionCount;
        Configs = configs;
        Defaults = defaults ?? TopicDefaults.OfKafka;
        Settings = TopicSettings.Of(configs, Defaults);
    }

    /// <summary>The identity of the topic for as long as it exists; another one of the same name has another.</summary>
    public Guid Id { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The number of partitions: 0 to one less are their numbers.</summary>
    public int PartitionCount { get; }

    /// <summary>What was set on the topic, by name.</summary>
    public ImmutableSortedDictionary<string, string> Configs { get; }

    /// <summary>What it has where nothing was set.</summary>
    public TopicDefaults Defaults { get; }

    /// <summary>What the configs amount to.</summary>
    public TopicSettings Settings { get; }

    /// <summary>All configs as they are in force, in the order of their names.</summary>
    public IEnumerable<ConfigEntry> DescribeConfigs() => TopicConfigs.All.Select(DescribeConfig);

    /// <summary>The topic with other configs; itself when they are the same.</summary>
    internal Topic WithConfigs(ImmutableSortedDictionary<string, string> configs) =>
        configs.SequenceEqual(Configs) ? this : new Topic(Id, Name, PartitionCount, configs, Defaults);

    /// <summary>The topic with more partitions.</summary>
    internal Topic WithPartitions(int count) => new(Id, Name, count, Configs, Defaults);

    /// <summary>The topic with other defaults; itself when they are the same.</summary>
    internal Topic WithDefaults(TopicDefaults defaults) => defaults == Defaults ? this : new Topic(Id, Name, PartitionCount, Configs, defaults);

    private ConfigEntry DescribeConfig(ConfigDefinition definition)
    {
        string value = TopicSettings.Value(Configs, Defaults, definition);
        List<ConfigSynonym> synonyms = [];
        if (Configs.ContainsKey(definition.Name))
        {
            synonyms.Add(new ConfigSynonym(definition.Name, value, ConfigSource.Topic));
        }

        synonyms.AddRange(Defaults.Synonyms(definition));
        ConfigSource source = synonyms.Count == 0 ? ConfigSource.Default : synonyms[0].Source;
        return new ConfigEntry(definition, value, source, IsReadOnly: false, synonyms);
    }
}
