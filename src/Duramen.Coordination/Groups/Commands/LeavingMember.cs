namespace Duramen.Coordination.Groups.Commands;

/// <summary>A member that leaves.</summary>
/// <param name="MemberId">Its id; may be empty where the instance id says who it is.</param>
/// <param name="InstanceId">Its instance id; null for a dynamic member.</param>
public readonly record struct LeavingMember(string MemberId, string? InstanceId);
