using Duramen.Core.Errors;

namespace Duramen;

/// <summary>The codes of what a node refuses beside its logs, their tables and entities.</summary>
public static class NodeErrors
{
    /// <summary>An address cannot be listened on: another program has the port, or it is not this machine's.</summary>
    public static ErrorCode AddressUnavailable => new("address-unavailable");

    /// <summary>There is no topic of that name.</summary>
    public static ErrorCode TopicUnknown => new("topic-unknown");

    /// <summary>The topic has no partition of that number.</summary>
    public static ErrorCode PartitionUnknown => new("partition-unknown");

    /// <summary>An append to an entity is larger than its topic takes of a producer.</summary>
    public static ErrorCode AppendTooLarge => new("append-too-large");

    /// <summary>What is folded from a topic has not caught up with it in time.</summary>
    public static ErrorCode StateBehind => new("state-behind");

    /// <summary>There is no memory left to open the tables or entities of another topic.</summary>
    public static ErrorCode StateExhausted => new("state-exhausted");

    /// <summary>The node is stopping.</summary>
    public static ErrorCode Stopped => new("node-stopped");
}
