namespace Duramen.Coordination.Configs;

/// <summary>A name under which the value of a config can be given, and the value it gives.</summary>
public readonly record struct ConfigSynonym(string Name, string Value, ConfigSource Source);
