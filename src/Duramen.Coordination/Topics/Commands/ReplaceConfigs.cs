using System.Collections.Immutable;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Configs;

namespace Duramen.Coordination.Topics.Commands;

/// <summary>Sets the configs of a topic to these and no others (Kafka's AlterConfigs).</summary>
/// <param name="Name">The topic.</param>
/// <param name="Configs">All that is set afterwards.</param>
public sealed record ReplaceConfigs(string Name, IReadOnlyList<KeyValuePair<string, string?>> Configs) : TopicChange(Name)
{
    private protected override TopicResult Change(Topic topic, ClusterCatalog machine)
    {
        string[] nulls = [.. Configs.Where(config => config.Value is null).Select(config => config.Key)];
        if (nulls.Length > 0)
        {
            return TopicResult.Refused(TopicError.InvalidRequest, $"A topic's configs cannot be null: {string.Join(", ", nulls)}.");
        }

        return TopicConfigRules.Check(Configs.Cast<KeyValuePair<string, string>>(), out ImmutableSortedDictionary<string, string> configs) is string fault
            ? TopicResult.Refused(TopicError.InvalidConfig, fault)
            : TopicResult.Done(topic.WithConfigs(configs));
    }
}
