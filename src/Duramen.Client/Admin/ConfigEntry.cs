namespace Duramen.Client.Admin;

/// <summary>A setting and its value.</summary>
/// <param name="Name">Kafka's name of it.</param>
/// <param name="Value">Its value; null when it is secret.</param>
/// <param name="IsDefault">Whether nobody set it, for a topic itself or for a broker.</param>
/// <param name="IsReadOnly">Whether it cannot be changed.</param>
public sealed record ConfigEntry(string Name, string? Value, bool IsDefault, bool IsReadOnly);
