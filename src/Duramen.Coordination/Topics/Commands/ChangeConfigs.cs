using System.Collections.Immutable;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Configs;

namespace Duramen.Coordination.Topics.Commands;

/// <summary>Changes some configs of a topic and leaves the others (Kafka's IncrementalAlterConfigs, KIP-339).</summary>
/// <param name="Name">The topic.</param>
/// <param name="Changes">What to change, each config once.</param>
public sealed record ChangeConfigs(string Name, IReadOnlyList<ConfigChange> Changes) : TopicChange(Name)
{
    private protected override TopicResult Change(Topic topic, ClusterCatalog machine)
    {
        TopicResult? refusal = ConfigEdits.Make(
            topic.Configs,
            Changes,
            name => TopicConfigs.Find(name) is { Type: ConfigType.List } list ? machine.Topics.Defaults.Of(list) : null,
            out ImmutableSortedDictionary<string, string> changed);
        if (refusal is not null)
        {
            return refusal;
        }

        return TopicConfigRules.Check(changed, out ImmutableSortedDictionary<string, string> configs) is string fault
            ? TopicResult.Refused(TopicError.InvalidConfig, fault)
            : TopicResult.Done(topic.WithConfigs(configs));
    }
}
