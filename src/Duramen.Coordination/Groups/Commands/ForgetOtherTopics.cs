using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>
/// Deletes the offsets of all groups in topics that are no more: what <see cref="ForgetTopic"/> would have done if nothing had come between a topic's end and
/// it. Answered with the number of offsets when all are gone.
/// </summary>
/// <param name="Topics">The names of the topics that there are.</param>
public sealed record ForgetOtherTopics(IReadOnlySet<string> Topics) : ICommand<GroupMachine, int>
{
    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<int> caller, Decision decision) => machine.ForgetOtherTopics(this, caller, decision);
}
