namespace Duramen.Coordination.Groups.Replies;

/// <summary>What became of one who was to leave.</summary>
/// <param name="MemberId">The id as the command had it.</param>
/// <param name="InstanceId">The instance id as the command had it.</param>
/// <param name="Error">Why the member did not leave.</param>
public readonly record struct LeftMember(string MemberId, string? InstanceId, GroupError Error);
