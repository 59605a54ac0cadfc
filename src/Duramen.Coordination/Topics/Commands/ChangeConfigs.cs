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
        var names = new SortedSet<string>(StringComparer.Ordinal);
        ImmutableSortedDictionary<string, string> changed = topic.Configs;
        foreach (ConfigChange change in Changes)
        {
            if (!names.Add(change.Name))
            {
                return TopicResult.Refused(TopicError.InvalidRequest, $"The config {change.Name} is changed more than once.");
            }

            if (change.Operation == ConfigOperation.Delete)
            {
                changed = changed.Remove(change.Name);
                continue;
            }

            if (change.Value is null)
            {
                return TopicResult.Refused(TopicError.InvalidRequest, $"The config {change.Name} cannot be null.");
            }

            if (change.Operation == ConfigOperation.Set)
            {
                changed = changed.SetItem(change.Name, change.Value);
                continue;
            }

            if (TopicConfigs.Find(change.Name) is not { Type: ConfigType.List } definition)
            {
                return TopicResult.Refused(TopicError.InvalidConfig, $"Nothing can be appended to or subtracted from the config {change.Name}: it is not a list.");
            }

            changed = changed.SetItem(change.Name, Words(changed.GetValueOrDefault(change.Name, definition.Default), change));
        }

        return TopicConfigRules.Check(changed, out ImmutableSortedDictionary<string, string> configs) is string fault
            ? TopicResult.Refused(TopicError.InvalidConfig, fault)
            : TopicResult.Done(topic.WithConfigs(configs));
    }

    private static string Words(string value, ConfigChange change)
    {
        string[] before = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] words = change.Value!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join(',', change.Operation == ConfigOperation.Append
            ? before.Concat(words.Except(before))
            : before.Where(word => !words.Contains(word)));
    }
}
