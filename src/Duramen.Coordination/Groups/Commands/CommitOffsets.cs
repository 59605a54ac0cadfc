using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>
/// Commits offsets, all that are not refused or none; the reply has an error for each, in the order of <see cref="Offsets"/>. That the partitions exist
/// is the caller's to know.
/// </summary>
public sealed record CommitOffsets : ICommand<GroupMachine, IReadOnlyList<GroupError>>
{
    /// <summary>The group; may be empty, for the sake of old clients.</summary>
    public required string GroupId { get; init; }

    /// <summary>The caller; empty for one that assigns partitions to itself.</summary>
    public string MemberId { get; init; } = "";

    /// <summary>The caller's instance id; null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The generation that the caller is in; -1 for one that assigns partitions to itself.</summary>
    public int Generation { get; init; } = -1;

    /// <summary>How long to keep the offsets, in milliseconds (versions 2 to 4 of the request); negative for as the options say.</summary>
    public long RetentionMs { get; init; } = -1;

    /// <summary>The offsets.</summary>
    public required IReadOnlyList<OffsetToCommit> Offsets { get; init; }

    /// <inheritdoc/>
    public void Decide(GroupMachine machine, ReplySlot<IReadOnlyList<GroupError>> caller, Decision decision) =>
        decision.Reply(caller, machine.Commit(this, decision));
}
