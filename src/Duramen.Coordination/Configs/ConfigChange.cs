namespace Duramen.Coordination.Configs;

/// <summary>One change of one config.</summary>
/// <param name="Name">The config.</param>
/// <param name="Operation">What is done to it.</param>
/// <param name="Value">The value or words; null where it is deleted.</param>
public readonly record struct ConfigChange(string Name, ConfigOperation Operation, string? Value);
