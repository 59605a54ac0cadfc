namespace Duramen.Coordination.Configs;

/// <summary>Where the value of a config comes from.</summary>
public enum ConfigSource
{
    /// <summary>It was set on the topic.</summary>
    Topic,

    /// <summary>It was set on the broker while that ran.</summary>
    Broker,

    /// <summary>It was set on all brokers while they ran.</summary>
    AllBrokers,

    /// <summary>The node was started with it.</summary>
    Node,

    /// <summary>Nobody set it.</summary>
    Default,
}
