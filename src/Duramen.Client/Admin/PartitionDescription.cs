namespace Duramen.Client.Admin;

/// <summary>A partition as its cluster describes it.</summary>
/// <param name="Index">Its number.</param>
/// <param name="LeaderId">The broker that leads it; -1 when none does.</param>
/// <param name="LeaderEpoch">The number of the leader's reign; -1 when it is not told.</param>
/// <param name="Replicas">The brokers that hold it.</param>
/// <param name="InSync">Those whose copies are up to date.</param>
public sealed record PartitionDescription(int Index, int LeaderId, int LeaderEpoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> InSync);
