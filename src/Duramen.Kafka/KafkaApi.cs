namespace Duramen.Kafka;

/// <summary>What is known about an API before any of its messages is read.</summary>
/// <param name="Key">Its number.</param>
/// <param name="Versions">The versions that can be read and written.</param>
/// <param name="Advertised">The versions that a server names to its clients.</param>
/// <param name="FirstFlexibleVersion">The first version with compact lengths and tagged fields (KIP-482), or <see cref="NeverFlexible"/>.</param>
public sealed record KafkaApi(ApiKey Key, ApiVersionRange Versions, ApiVersionRange Advertised, short FirstFlexibleVersion)
{
    /// <summary>The first flexible version of an API that has none.</summary>
    public const short NeverFlexible = short.MaxValue;

    /// <summary>Its name.</summary>
    public string Name => Key.ToString();

    /// <summary>Whether the version has compact lengths and tagged fields.</summary>
    public bool IsFlexible(short version) => version >= FirstFlexibleVersion;

    /// <summary>
    /// Whether the response's header has tagged fields. That of ApiVersions never has: its caller does not know yet what the server
    /// understands, and must be able to read the answer all the same (KIP-511).
    /// </summary>
    public bool HasFlexibleResponseHeader(short version) => Key != ApiKey.ApiVersions && IsFlexible(version);
}
