using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>Asks for the assignment in a generation, and brings everybody's when the caller is the leader. Parked until the leader has called.</summary>
public sealed record SyncGroup : ICommand<GroupMachine, SyncReply>
{
    /// <summary>The group.</summary>
    public required string GroupId { get; init; }

    /// <summary>The caller.</summary>
    public required string MemberId { get; init; }

    /// <summary>The caller's instance id; null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The generation that the join ended in.</summary>
    public required int Generation { get; init; }

    /// <summary>The group's kind as the caller knows it; null where it did not say.</summary>
    public string? ProtocolType { get; init; }

    /// <summary>The chosen protocol as the caller knows it; null where it did not say.</summary>
    public string? Protocol { get; init; }

    /// <summary>Who gets what, from the leader; a member that is not named gets an empty assignment. Looked at from the leader alone.</summary>
    public required IReadOnlyList<MemberAssignment> Assignments { get; init; }

    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<SyncReply> caller, Decision decision) => machine.Sync(this, caller, decision);
}
