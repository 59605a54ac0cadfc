using System.Collections.Immutable;

namespace Duramen.Coordination.Configs;

/// <summary>What can be set on a broker while it runs.</summary>
internal static class BrokerConfigRules
{
    /// <summary>
    /// What is wrong with configs; null when a broker may have them, each in its one form then. As in Kafka a name that nobody knows is kept: it may be that of a
    /// plug-in.
    /// </summary>
    public static string? Check(ImmutableSortedDictionary<string, string> configs, out ImmutableSortedDictionary<string, string> normal)
    {
        normal = configs;
        if (configs.Count > BrokerConfigs.MaxOverrides)
        {
            return $"A broker has at most {BrokerConfigs.MaxOverrides} configs that were set while it ran.";
        }

        foreach ((string name, string text) in configs)
        {
            if (name.Length is 0 or > BrokerConfigs.MaxNameLength)
            {
                return $"The name of a config has 1 to {BrokerConfigs.MaxNameLength} characters.";
            }

            ConfigDefinition definition = BrokerConfigs.Find(name) ?? BrokerConfigs.Unknown(name);
            if (definition.IsFixed)
            {
                return $"Cannot update these configs dynamically: {name}. A broker is started with them.";
            }

            if (!definition.TryNormalise(text, out string value, out string fault))
            {
                return fault;
            }

            normal = normal.SetItem(name, value);
        }

        return null;
    }
}
