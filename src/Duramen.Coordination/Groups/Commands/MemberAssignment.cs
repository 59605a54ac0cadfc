namespace Duramen.Coordination.Groups.Commands;

/// <summary>What the leader gives a member to do.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Assignment">What the member is told; groups do not look into it. A command's own memory: a group keeps a copy.</param>
public readonly record struct MemberAssignment(string MemberId, ReadOnlyMemory<byte> Assignment);
