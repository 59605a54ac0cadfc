namespace Duramen.Consensus.Contract;

/// <summary>
/// The members that a group is to have. Who is in neither list leaves. A protocol gets there by the steps it needs (Raft through a joint configuration).
/// </summary>
/// <param name="Voters">Those whose votes and acknowledgements count.</param>
/// <param name="Learners">Those who only receive.</param>
public sealed record MembershipChange(IReadOnlyList<ReplicaId> Voters, IReadOnlyList<ReplicaId> Learners);
