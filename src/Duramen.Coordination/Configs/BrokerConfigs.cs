namespace Duramen.Coordination.Configs;

/// <summary>
/// The configs that a broker shows, under Kafka's names. Those that give topics their defaults come from <see cref="TopicConfigs"/>, and can be set while the broker
/// runs, on it or on all brokers; the others are what the broker was started with.
/// </summary>
public static class BrokerConfigs
{
    /// <summary>The most configs that can be set on a broker while it runs. Kafka has some 100 of its own for that.</summary>
    public const int MaxOverrides = 200;

    /// <summary>The longest name of a config, in characters.</summary>
    public const int MaxNameLength = 249;

    /// <summary>What a broker is started with, by name; the value of each stands for what it is when nobody says.</summary>
    private static readonly ConfigDefinition[] Fixed =
    [
        new("advertised.listeners", ConfigType.List, "", "Where clients are told to find this broker."),
        new("auto.create.topics.enable", ConfigType.Boolean, "true", "Whether a topic that a client asks for is made when there is none."),
        new("broker.id", ConfigType.Number32, "1", "The number of this broker, under its older name."),
        new("connections.max.idle.ms", ConfigType.Number64, "600000", "How long a connection may be without a request, in milliseconds."),
        new("default.replication.factor", ConfigType.Number32, "1", "The replicas of a topic that asks for no number of them."),
        new("delete.topic.enable", ConfigType.Boolean, "true", "Topics can be deleted."),
        new("duramen.http.listener", ConfigType.Text, "none", "Where this broker answers HTTP: tables, entities, health and metrics. Kafka has nothing of the kind."),
        new("group.initial.rebalance.delay.ms", ConfigType.Number32, "3000", "How long an empty group waits for more members after the first, in milliseconds."),
        new("group.max.session.timeout.ms", ConfigType.Number32, "1800000", "The longest session that a member may ask for, in milliseconds."),
        new("group.max.size", ConfigType.Number32, "10000", "The most members of a group."),
        new("group.min.session.timeout.ms", ConfigType.Number32, "6000", "The shortest session that a member may ask for, in milliseconds."),
        new("max.connections", ConfigType.Number32, "2147483647", "The most connections."),
        new("max.connections.per.ip", ConfigType.Number32, "2147483647", "The most connections from one address."),
        new("max.incremental.fetch.session.cache.slots", ConfigType.Number32, "1000", "The most fetch sessions."),
        new("node.id", ConfigType.Number32, "1", "The number of this broker."),
        new("num.partitions", ConfigType.Number32, "1", "The partitions of a topic that asks for no number of them."),
        new("offset.metadata.max.bytes", ConfigType.Number32, "4096", "The longest metadata of a committed offset."),
        new("offsets.retention.minutes", ConfigType.Number32, "10080", "How long the offsets of a group without members are kept, in minutes."),
        new("offsets.topic.num.partitions", ConfigType.Number32, "50", "The partitions of the topic that keeps the offsets of groups."),
        new("socket.request.max.bytes", ConfigType.Number32, "104857600", "The largest request, in bytes."),
    ];

    private static readonly SortedDictionary<string, ConfigDefinition> ByName = new(
        TopicConfigs.All.Where(definition => definition.BrokerName is not null)
            .Select(definition => definition with { Name = definition.BrokerName! })
            .Concat(Fixed.Select(definition => definition with { IsFixed = true }))
            .ToDictionary(definition => definition.Name),
        StringComparer.Ordinal);

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyCollection<ConfigDefinition> All => ByName.Values;

    /// <summary>The config with a name; null when brokers have none of that name.</summary>
    public static ConfigDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What is known of a config that nobody here knows.</summary>
    internal static ConfigDefinition Unknown(string name) => new(name, ConfigType.Unknown, "", "It is not known here, and is kept without effect.");

    /// <summary>All configs of a broker as they are in force, in the order of their names; of <see cref="BrokerOverrides.AllBrokers"/> those that were set on all.</summary>
    /// <param name="broker">The number of the broker, or <see cref="BrokerOverrides.AllBrokers"/>.</param>
    /// <param name="overrides">What was set on brokers while they ran.</param>
    /// <param name="startedWith">What the broker was started with, by name; null for what it was not told.</param>
    public static IEnumerable<ConfigEntry> Describe(string broker, BrokerOverrides overrides, Func<string, string?> startedWith)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        ArgumentNullException.ThrowIfNull(startedWith);
        IEnumerable<string> set = overrides.On(broker).Keys.Concat(overrides.On(BrokerOverrides.AllBrokers).Keys);
        IEnumerable<string> names = broker == BrokerOverrides.AllBrokers ? set : set.Concat(ByName.Keys);
        foreach (string name in names.Distinct().Order(StringComparer.Ordinal))
        {
            ConfigDefinition definition = Find(name) ?? Unknown(name);
            List<ConfigSynonym> synonyms = [.. overrides.Find(broker, name)];
            if (broker != BrokerOverrides.AllBrokers)
            {
                synonyms.AddRange(Given(definition, startedWith(name)));
            }

            yield return synonyms.Count > 0
                ? new ConfigEntry(definition, synonyms[0].Value, synonyms[0].Source, definition.IsFixed, synonyms)
                : new ConfigEntry(definition, definition.Default, ConfigSource.Default, definition.IsFixed, []);
        }
    }

    private static IEnumerable<ConfigSynonym> Given(ConfigDefinition definition, string? startedWith)
    {
        if (startedWith is not null)
        {
            yield return new ConfigSynonym(definition.Name, startedWith, ConfigSource.Node);
        }

        if (definition is { Type: not ConfigType.Unknown, IsBrokerDefaultUnset: false })
        {
            yield return new ConfigSynonym(definition.Name, definition.Default, ConfigSource.Default);
        }
    }
}
