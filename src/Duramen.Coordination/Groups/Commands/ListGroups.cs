using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>Asks for all groups, in the order of their names.</summary>
public sealed record ListGroups : ICommand<GroupMachine, IReadOnlyList<GroupSummary>>
{
    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<IReadOnlyList<GroupSummary>> caller, Decision decision) =>
        decision.Reply(caller, machine.List());
}
