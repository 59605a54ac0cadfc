using System.Globalization;
using Duramen.Coordination.Configs;

namespace Duramen.Broker.Handlers.Configs;

/// <summary>
/// The settings of the broker as clients may read them, under Kafka's names: what it was started with, and the defaults that topics get. None can be changed
/// while it runs.
/// </summary>
internal sealed class BrokerConfigs
{
    public BrokerConfigs(BrokerOptions options)
    {
        var entries = new SortedDictionary<string, ConfigEntry>(StringComparer.Ordinal);
        foreach (ConfigDefinition topic in TopicConfigs.All)
        {
            if (topic.BrokerName is string name)
            {
                Add(entries, topic with { Name = name }, topic.Default, ConfigSource.Default);
            }
        }

        AddOwn(entries, "auto.create.topics.enable", ConfigType.Boolean, options.AutoCreateTopics ? "true" : "false", "Whether a topic is made when a client asks for it.");
        AddOwn(entries, "broker.id", ConfigType.Number32, Text(options.NodeId), "The number of this broker.");
        AddOwn(entries, "default.replication.factor", ConfigType.Number32, "1", "The replicas of a topic that does not say.");
        AddOwn(entries, "delete.topic.enable", ConfigType.Boolean, "true", "Whether topics can be deleted.");
        AddOwn(entries, "group.initial.rebalance.delay.ms", ConfigType.Number32, Text(options.Groups.InitialRebalanceDelayMs), "How long an empty group waits for more members after the first.");
        AddOwn(entries, "group.max.session.timeout.ms", ConfigType.Number32, Text(options.Groups.MaxSessionTimeoutMs), "The longest session that a member may ask for.");
        AddOwn(entries, "group.min.session.timeout.ms", ConfigType.Number32, Text(options.Groups.MinSessionTimeoutMs), "The shortest session that a member may ask for.");
        AddOwn(entries, "max.incremental.fetch.session.cache.slots", ConfigType.Number32, Text(options.MaxFetchSessions), "The most fetch sessions.");
        AddOwn(entries, "node.id", ConfigType.Number32, Text(options.NodeId), "The number of this broker.");
        AddOwn(entries, "num.partitions", ConfigType.Number32, Text(options.DefaultPartitions), "The partitions of a topic that does not say.");
        AddOwn(entries, "offsets.retention.minutes", ConfigType.Number32, Text(options.Groups.OffsetsRetentionMs / 60_000), "How long an offset is kept that nobody uses.");
        AddOwn(entries, "offsets.topic.num.partitions", ConfigType.Number32, Text(options.OffsetsPartitions), "The partitions over which groups are spread.");
        AddOwn(entries, "socket.request.max.bytes", ConfigType.Number32, Text(options.Connections.MaxFrameBytes), "The largest request.");
        Entries = [.. entries.Values];
    }

    /// <summary>All of them, in the order of their names.</summary>
    public IReadOnlyList<ConfigEntry> Entries { get; }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void AddOwn(SortedDictionary<string, ConfigEntry> entries, string name, ConfigType type, string value, string documentation) =>
        Add(entries, new ConfigDefinition(name, type, value, documentation), value, ConfigSource.Node);

    private static void Add(SortedDictionary<string, ConfigEntry> entries, ConfigDefinition definition, string value, ConfigSource source) =>
        entries[definition.Name] = new ConfigEntry(definition, value, source, IsReadOnly: true, [new ConfigSynonym(definition.Name, value, source)]);
}
