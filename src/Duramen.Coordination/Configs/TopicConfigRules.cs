using System.Collections.Immutable;
using System.Globalization;

namespace Duramen.Coordination.Configs;

/// <summary>What the configs of a topic must be, each and together.</summary>
internal static class TopicConfigRules
{
    /// <summary>What is wrong with configs; null when a topic may have them, each in its one form then.</summary>
    public static string? Check(IEnumerable<KeyValuePair<string, string>> configs, out ImmutableSortedDictionary<string, string> normal)
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        normal = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach ((string name, string text) in configs)
        {
            if (TopicConfigs.Find(name) is not ConfigDefinition definition)
            {
                return $"Unknown topic config name: {name}.";
            }

            if (!definition.TryNormalise(text, out string value, out string fault))
            {
                return fault;
            }

            builder[name] = value;
        }

        normal = builder.ToImmutable();
        return CheckTogether(normal);
    }

    private static string? CheckTogether(ImmutableSortedDictionary<string, string> configs)
    {
        if (configs.GetValueOrDefault(TopicConfigs.RemoteStorageEnable.Name) == "true")
        {
            return $"{TopicConfigs.RemoteStorageEnable.Name} cannot be true: there is no tiered storage.";
        }

        long minLagMs = Number(configs, TopicConfigs.MinCompactionLagMs);
        long maxLagMs = Number(configs, TopicConfigs.MaxCompactionLagMs);
        return minLagMs <= maxLagMs
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{TopicConfigs.MinCompactionLagMs.Name} ({minLagMs}) is above {TopicConfigs.MaxCompactionLagMs.Name} ({maxLagMs}).");
    }

    private static long Number(ImmutableSortedDictionary<string, string> configs, ConfigDefinition definition) =>
        long.Parse(configs.GetValueOrDefault(definition.Name, definition.Default), CultureInfo.InvariantCulture);
}
