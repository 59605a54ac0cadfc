using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>Deletes offsets of a group, but for those in topics that members are subscribed to (KIP-496). An offset that is not there is deleted already.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Partitions">The partitions, answered in this order.</param>
public sealed record DeleteOffsets(string GroupId, IReadOnlyList<TopicPartition> Partitions) : ICommand<GroupMachine, DeleteOffsetsReply>
{
    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<DeleteOffsetsReply> caller, Decision decision) =>
        decision.Reply(caller, machine.DeleteOffsets(this, decision));
}
