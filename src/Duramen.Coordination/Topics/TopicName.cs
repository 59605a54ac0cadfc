namespace Duramen.Coordination.Topics;

/// <summary>Kafka's rules for the names of topics.</summary>
public static class TopicName
{
    /// <summary>What is wrong with a name; null when a topic may have it.</summary>
    public static string? FaultOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            return "A topic needs a name.";
        }

        if (name is "." or "..")
        {
            return "A topic cannot be named '.' or '..'.";
        }

        if (name.Length > TopicLimits.MaxNameLength)
        {
            return $"A topic's name has at most {TopicLimits.MaxNameLength} characters; this one has {name.Length}.";
        }

        foreach (char character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or '-'))
            {
                return "A topic's name has letters and digits of ASCII, '.', '_' and '-' only.";
            }
        }

        return null;
    }

    /// <summary>
    /// What names have in common that differ in <c>.</c> and <c>_</c> only. No two topics have the same, because Kafka's metrics show both characters alike.
    /// </summary>
    internal static string Unified(string name) => name.Replace('.', '_');
}
