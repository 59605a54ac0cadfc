using System.Collections.Immutable;

namespace Duramen.Coordination.Configs;

/// <summary>
/// What was set on brokers while they ran: on one, named by its number, or on all of them, which is what those have that have nothing of their own. Immutable: a
/// change makes another.
/// </summary>
public sealed class BrokerOverrides
{
    /// <summary>The name that stands for all brokers; Kafka's is empty, too.</summary>
    public const string AllBrokers = "";

    private readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> _byBroker;

    private BrokerOverrides(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> byBroker) => _byBroker = byBroker;

    /// <summary>Nothing was set.</summary>
    public static BrokerOverrides None { get; } = new(ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, string>>(StringComparer.Ordinal));

    /// <summary>What was set on a broker, or on all.</summary>
    public ImmutableSortedDictionary<string, string> On(string broker) =>
        _byBroker.GetValueOrDefault(broker) ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The values that were set for a broker under a name, the one in force first.</summary>
    public IEnumerable<ConfigSynonym> Find(string broker, string name)
    {
        if (broker != AllBrokers && On(broker).TryGetValue(name, out string? own))
        {
            yield return new ConfigSynonym(name, own, ConfigSource.Broker);
        }

        if (On(AllBrokers).TryGetValue(name, out string? common))
        {
            yield return new ConfigSynonym(name, common, ConfigSource.AllBrokers);
        }
    }

    /// <summary>The same with what is set on a broker now, in place of what was.</summary>
    internal BrokerOverrides With(string broker, ImmutableSortedDictionary<string, string> configs) =>
        new(configs.IsEmpty ? _byBroker.Remove(broker) : _byBroker.SetItem(broker, configs));
}
