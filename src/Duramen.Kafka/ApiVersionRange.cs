namespace Duramen.Kafka;

/// <summary>Versions of an API from <paramref name="Min"/> to <paramref name="Max"/>, both included.</summary>
public readonly record struct ApiVersionRange(short Min, short Max)
{
    /// <summary>Whether the version is one of them.</summary>
    public bool Contains(short version) => version >= Min && version <= Max;
}
