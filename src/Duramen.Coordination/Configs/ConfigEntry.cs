namespace Duramen.Coordination.Configs;

/// <summary>A config as it is in force.</summary>
/// <param name="Definition">Which config.</param>
/// <param name="Value">Its value.</param>
/// <param name="Source">Where that comes from.</param>
/// <param name="IsReadOnly">Whether clients cannot change it.</param>
/// <param name="Synonyms">Everything that gives a value, the one in force first.</param>
public sealed record ConfigEntry(
    ConfigDefinition Definition, string Value, ConfigSource Source, bool IsReadOnly, IReadOnlyList<ConfigSynonym> Synonyms)
{
    /// <summary>The name of the config.</summary>
    public string Name => Definition.Name;
}
