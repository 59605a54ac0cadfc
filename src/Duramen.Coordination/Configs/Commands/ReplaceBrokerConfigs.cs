using System.Collections.Immutable;

namespace Duramen.Coordination.Configs.Commands;

/// <summary>Sets the configs of a broker, or of all, to these and no others (Kafka's AlterConfigs).</summary>
/// <param name="Broker">The number of the broker, or <see cref="BrokerOverrides.AllBrokers"/>.</param>
/// <param name="Configs">All that is set afterwards. Of two values for one name the later counts.</param>
public sealed record ReplaceBrokerConfigs(string Broker, IReadOnlyList<KeyValuePair<string, string?>> Configs) : BrokerConfigChange(Broker)
{
    private protected override string? Change(
        ImmutableSortedDictionary<string, string> before, TopicDefaults defaults, out ImmutableSortedDictionary<string, string> after)
    {
        string[] nulls = [.. Configs.Where(config => config.Value is null).Select(config => config.Key)];
        after = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .SetItems(Configs.Where(config => config.Value is not null).Cast<KeyValuePair<string, string>>());
        return nulls.Length > 0 ? $"A broker's configs cannot be null: {string.Join(", ", nulls)}." : null;
    }
}
