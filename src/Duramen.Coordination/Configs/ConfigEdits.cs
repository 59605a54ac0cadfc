using System.Collections.Immutable;
using Duramen.Coordination.Topics;

namespace Duramen.Coordination.Configs;

/// <summary>Makes changes to what is set on a topic or a broker (KIP-339).</summary>
internal static class ConfigEdits
{
    /// <summary>Makes changes to what is set; what the values may be is the caller's to check.</summary>
    /// <param name="configs">What is set.</param>
    /// <param name="changes">The changes, each config once.</param>
    /// <param name="listOf">The value in force of a config that is a list, when it is not set; null when there is no list of the name.</param>
    /// <param name="changed">What is set then.</param>
    /// <returns>Why the changes cannot be made; null when they can.</returns>
    public static TopicResult? Make(
        ImmutableSortedDictionary<string, string> configs,
        IReadOnlyList<ConfigChange> changes,
        Func<string, string?> listOf,
        out ImmutableSortedDictionary<string, string> changed)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        changed = configs;
        foreach (ConfigChange change in changes)
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

            if (listOf(change.Name) is not string list)
            {
                return TopicResult.Refused(TopicError.InvalidConfig, $"Nothing can be appended to or subtracted from the config {change.Name}: it is not a list.");
            }

            changed = changed.SetItem(change.Name, Words(changed.GetValueOrDefault(change.Name, list), change));
        }

        return null;
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
