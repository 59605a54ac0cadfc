namespace Duramen.Coordination.Configs;

/// <summary>What a topic has where nothing is set on it: what was set on the broker that serves it, or on all brokers, or else Kafka's defaults. Immutable.</summary>
/// <param name="overrides">What was set on brokers.</param>
/// <param name="broker">The broker that serves the topics.</param>
public sealed class TopicDefaults(BrokerOverrides overrides, string broker)
{
    /// <summary>Nothing was set on any broker.</summary>
    public static TopicDefaults OfKafka { get; } = new(BrokerOverrides.None, BrokerOverrides.AllBrokers);

    /// <summary>What was set on brokers.</summary>
    public BrokerOverrides Overrides => overrides;

    /// <summary>The value of a config that is not set on a topic, in its one form. One that a later version wrote and this one cannot read counts as not set.</summary>
    internal string Of(ConfigDefinition definition)
    {
        foreach (ConfigSynonym synonym in Set(definition))
        {
            if (definition.TryNormalise(synonym.Value, out string value, out _))
            {
                return value;
            }
        }

        return definition.Default;
    }

    /// <summary>Everything that gives the value of a config that is not set on a topic, what is in force first.</summary>
    internal IEnumerable<ConfigSynonym> Synonyms(ConfigDefinition definition) => definition.BrokerName is not string name
        ? []
        : Set(definition).Concat(definition.IsBrokerDefaultUnset ? [] : [new ConfigSynonym(name, definition.Default, ConfigSource.Default)]);

    private IEnumerable<ConfigSynonym> Set(ConfigDefinition definition) => definition.BrokerName is string name ? overrides.Find(broker, name) : [];
}
