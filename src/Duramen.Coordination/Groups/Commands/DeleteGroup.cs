using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>Deletes a group that has no members, with its offsets.</summary>
/// <param name="GroupId">The group.</param>
public sealed record DeleteGroup(string GroupId) : ICommand<GroupMachine, GroupError>
{
    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<GroupError> caller, Decision decision) =>
        decision.Reply(caller, machine.Delete(this, decision));
}
