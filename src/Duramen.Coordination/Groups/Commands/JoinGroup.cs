using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>
/// Becomes a member of a group, or goes on being one in its next generation. The call is parked until every member has joined or the rebalance
/// timeout is over.
/// </summary>
public sealed record JoinGroup : ICommand<GroupMachine, JoinReply>
{
    /// <summary>The group.</summary>
    public required string GroupId { get; init; }

    /// <summary>The id that an earlier join gave; empty for a new member.</summary>
    public required string MemberId { get; init; }

    /// <summary>The name that a static member keeps over restarts (KIP-345); null for a dynamic one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The client's own name; the first part of the id of a dynamic member.</summary>
    public required string ClientId { get; init; }

    /// <summary>Where the client calls from, for those who look at the group.</summary>
    public required string ClientHost { get; init; }

    /// <summary>How long the member may be silent before it is removed, in milliseconds.</summary>
    public required int SessionTimeoutMs { get; init; }

    /// <summary>How long the group waits for the member to join again, in milliseconds; negative where the client did not say: the session timeout.</summary>
    public required int RebalanceTimeoutMs { get; init; }

    /// <summary>What kind of group it is, such as "consumer" or "connect".</summary>
    public required string ProtocolType { get; init; }

    /// <summary>The protocols that the member knows, the one it likes best first.</summary>
    public required IReadOnlyList<GroupProtocol> Protocols { get; init; }

    /// <summary>A random id, made for this call: machines own no chance. The member id of a new member is made of it.</summary>
    public required Guid FreshId { get; init; }

    /// <summary>Whether a new dynamic member is first told its id and has to call again with it (KIP-394): from version 4 of the request.</summary>
    public bool RequiresKnownMemberId { get; init; }

    /// <summary>Whether a static leader that comes back to an unchanged group can be told not to assign anything (KIP-814): from version 9 of the request.</summary>
    public bool CanSkipAssignment { get; init; }

    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<JoinReply> caller, Decision decision) => machine.Join(this, caller, decision);
}
