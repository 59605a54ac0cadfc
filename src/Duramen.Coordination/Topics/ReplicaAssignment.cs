namespace Duramen.Coordination.Topics;

/// <summary>Where a client wants the replicas of a partition.</summary>
/// <param name="Partition">The partition's number.</param>
/// <param name="BrokerIds">The brokers, the preferred leader first.</param>
public sealed record ReplicaAssignment(int Partition, IReadOnlyList<int> BrokerIds);
