using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>
/// Deletes the offsets of all groups in a topic that was deleted, so that a new topic of that name is not read from where the old one was left. Answered
/// with the number of offsets when all are gone.
/// </summary>
/// <param name="Topic">The topic's name.</param>
public sealed record ForgetTopic(string Topic) : ICommand<GroupMachine, int>
{
    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<int> caller, Decision decision) => machine.ForgetTopic(this, caller, decision);
}
