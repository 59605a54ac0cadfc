namespace Duramen.Coordination.Configs;

/// <summary>What is done to one config (KIP-339); the values are those of Kafka's requests.</summary>
public enum ConfigOperation
{
    /// <summary>It gets the value.</summary>
    Set = 0,

    /// <summary>It is no longer set.</summary>
    Delete = 1,

    /// <summary>Its list gets the words that it lacks.</summary>
    Append = 2,

    /// <summary>Its list loses the words.</summary>
    Subtract = 3,
}
