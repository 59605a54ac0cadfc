using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>Says that a member is alive, and hears whether it has to join again (<see cref="GroupError.RebalanceInProgress"/>).</summary>
public sealed record Heartbeat : ICommand<GroupMachine, GroupError>
{
    /// <summary>The group.</summary>
    public required string GroupId { get; init; }

    /// <summary>The caller.</summary>
    public required string MemberId { get; init; }

    /// <summary>The caller's instance id; null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The generation that the caller is in.</summary>
    public required int Generation { get; init; }

    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<GroupError> caller, Decision decision) =>
        decision.Reply(caller, machine.Heartbeat(this, decision));
}
