namespace Duramen.Coordination.Groups.Replies;

/// <summary>What became of offsets that were to be deleted.</summary>
/// <param name="Error">Why none was deleted.</param>
/// <param name="Partitions">What became of each, in the order of the command; empty when none was deleted.</param>
public sealed record DeleteOffsetsReply(GroupError Error, IReadOnlyList<GroupError> Partitions);
