using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>Asks what there is to know about a group and its members. A group that does not exist is <see cref="GroupState.Dead"/>.</summary>
/// <param name="GroupId">The group.</param>
public sealed record DescribeGroup(string GroupId) : ICommand<GroupMachine, GroupDescription>
{
    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<GroupDescription> caller, Decision decision) =>
        decision.Reply(caller, machine.Describe(this));
}
