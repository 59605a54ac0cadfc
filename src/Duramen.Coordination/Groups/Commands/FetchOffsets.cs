using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>Asks for the committed offsets of a group. A group that does not exist has none.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Partitions">The partitions, answered in this order; null for all that the group has an offset in, by topic and number.</param>
public sealed record FetchOffsets(string GroupId, IReadOnlyList<TopicPartition>? Partitions) : ICommand<GroupMachine, IReadOnlyList<FetchedOffset>>
{
    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<IReadOnlyList<FetchedOffset>> caller, Decision decision) =>
        decision.Reply(caller, machine.Fetch(this));
}
