namespace Duramen.Client.Admin;

/// <summary>A member of a group.</summary>
/// <param name="Id">The id that its coordinator gave it.</param>
/// <param name="InstanceId">The name it keeps over restarts; null when it has none.</param>
/// <param name="ClientId">What its client calls itself.</param>
/// <param name="Host">Where it connects from.</param>
/// <param name="Partitions">The partitions it has.</param>
public sealed record GroupMember(string Id, string? InstanceId, string ClientId, string Host, IReadOnlyList<TopicPartition> Partitions);
