namespace Duramen.Coordination.Groups.Replies;

/// <summary>A member as the leader sees it.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="InstanceId">Its instance id; null for a dynamic member.</param>
/// <param name="Metadata">What it said under the chosen protocol. The group's own memory, which never changes.</param>
public readonly record struct JoinedMember(string MemberId, string? InstanceId, ReadOnlyMemory<byte> Metadata);
