namespace Duramen.Coordination.Notes;

/// <summary>The partition that a note is about. A topic that is made again under its name has another id, and so other notes.</summary>
/// <param name="TopicId">The topic.</param>
/// <param name="Partition">The partition's number.</param>
public readonly record struct NotedPartition(Guid TopicId, int Partition);
