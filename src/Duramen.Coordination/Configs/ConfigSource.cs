namespace Duramen.Coordination.Configs;

/// <summary>Where the value of a config comes from.</summary>
public enum ConfigSource
{
    /// <summary>It was set on the topic.</summary>
    Topic,

    /// <summary>The node was started with it.</summary>
    Node,

    /// <summary>Nobody set it.</summary>
    Default,
}
