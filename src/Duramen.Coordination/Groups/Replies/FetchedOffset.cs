namespace Duramen.Coordination.Groups.Replies;

/// <summary>How far a group has come in a partition.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The partition in it.</param>
/// <param name="Committed">What was committed; null for nothing, which clients are told as offset -1 without an error.</param>
public readonly record struct FetchedOffset(string Topic, int Partition, CommittedOffset? Committed);
