namespace Duramen.Coordination.Groups.Replies;

/// <summary>What became of those who were to leave.</summary>
/// <param name="Error">Why nobody left.</param>
/// <param name="Members">What became of each, in the order of the command; empty when nobody left. Before version 3 of the request the error of the only one is the answer.</param>
public sealed record LeaveReply(GroupError Error, IReadOnlyList<LeftMember> Members);
