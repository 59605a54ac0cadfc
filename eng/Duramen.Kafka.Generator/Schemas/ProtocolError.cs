namespace Duramen.Kafka.Generator.Schemas;

/// <summary>An error of the protocol.</summary>
/// <param name="Number">What stands on the wire.</param>
/// <param name="WireName">The name that clients know it by.</param>
/// <param name="IsRetriable">Whether trying again may help.</param>
/// <param name="Text">What to tell a person.</param>
internal sealed record ProtocolError(int Number, string WireName, bool IsRetriable, string Text)
{
    /// <summary>Its name in C#.</summary>
    public string Name => string.Concat(
        WireName.Replace("_EXCEPTION", "", StringComparison.Ordinal).Split('_').Select(word => word[..1] + word[1..].ToLowerInvariant()));
}
