using System.Globalization;
using Duramen.Core.Errors;

namespace Duramen.Derived;

/// <summary>The refusals of what a node folds from its topics, in words.</summary>
internal static class DerivedRefusals
{
    public static DuramenException NoTopic(string topic) => new(
        NodeErrors.TopicUnknown,
        $"There is no topic '{topic}'.",
        "GET /v1/tables and 'duramen topic list' list those that there are.");

    public static DuramenException NoPartition(string topic, int partition, int count) => new(
        NodeErrors.PartitionUnknown,
        string.Create(CultureInfo.InvariantCulture, $"Topic '{topic}' has no partition {partition}."),
        string.Create(CultureInfo.InvariantCulture, $"Its partitions are 0 to {count - 1}."));

    public static DuramenException TooLarge(string topic, long sizeBytes, long limitBytes) => new(
        NodeErrors.AppendTooLarge,
        string.Create(CultureInfo.InvariantCulture, $"An append of {sizeBytes} bytes is larger than the {limitBytes} that topic '{topic}' takes (max.message.bytes)."),
        "Append less at a time, keep large values elsewhere, or raise max.message.bytes.");

    public static DuramenException NoRoom(string topic, int partitions, long leftBytes) => new(
        NodeErrors.StateExhausted,
        string.Create(CultureInfo.InvariantCulture, $"There is no memory left to fold topic '{topic}' of {partitions} partitions: {leftBytes} bytes, and everything that is open is in use."),
        "Try again soon, or raise State:MemoryBytes.");

    public static DuramenException Behind(string topic, long missing, TimeSpan waited) => new(
        NodeErrors.StateBehind,
        string.Create(CultureInfo.InvariantCulture, $"Topic '{topic}' is not folded to its end yet: after {waited.TotalSeconds} s {missing} offsets are missing."),
        "Try again: the fold goes on meanwhile.");

    public static DuramenException Closed() => new(NodeErrors.Stopped, "The node is stopping.", "Ask again when it has started.");
}
