using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>Takes members out of a group: the caller itself, or those that an administrator names.</summary>
public sealed record LeaveGroup : ICommand<GroupMachine, LeaveReply>
{
    /// <summary>The group.</summary>
    public required string GroupId { get; init; }

    /// <summary>Who leaves.</summary>
    public required IReadOnlyList<LeavingMember> Members { get; init; }

    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<LeaveReply> caller, Decision decision) =>
        decision.Reply(caller, machine.Leave(this, decision));
}
