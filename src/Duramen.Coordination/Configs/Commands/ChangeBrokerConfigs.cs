using System.Collections.Immutable;
using Duramen.Coordination.Topics;

namespace Duramen.Coordination.Configs.Commands;

/// <summary>Changes some configs of a broker, or of all, and leaves the others (Kafka's IncrementalAlterConfigs, KIP-339).</summary>
/// <param name="Broker">The number of the broker, or <see cref="BrokerOverrides.AllBrokers"/>.</param>
/// <param name="Changes">What to change, each config once.</param>
public sealed record ChangeBrokerConfigs(string Broker, IReadOnlyList<ConfigChange> Changes) : BrokerConfigChange(Broker)
{
    private protected override string? Change(
        ImmutableSortedDictionary<string, string> before, TopicDefaults defaults, out ImmutableSortedDictionary<string, string> after) =>
        ConfigEdits.Make(before, Changes, name => TopicConfigs.FindByBrokerName(name) is { Type: ConfigType.List } list ? defaults.Of(list) : null, out after) is TopicResult refusal
            ? refusal.Message
            : null;
}
