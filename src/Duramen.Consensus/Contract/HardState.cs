using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// What a replica promised or learned, and so must not forget. No field ever goes back (C8).
/// </summary>
/// <param name="Current">
/// The latest epoch it takes part in: Raft's currentTerm, Multi-Paxos's promised ballot, ZAB's acceptedEpoch, the view-number of Viewstamped Replication.
/// </param>
/// <param name="Established">
/// The latest epoch whose history it took over as a whole: ZAB's currentEpoch, the last normal view of Viewstamped Replication. Others leave it zero.
/// </param>
/// <param name="Vote">Who has its vote in <paramref name="Current"/>; Raft only.</param>
/// <param name="Committed">
/// Everything up to here is committed, as it stands in the log. Multi-Paxos only, where nobody can tell from an accepted entry whether it was chosen; written along with whatever else is.
/// </param>
public readonly record struct HardState(Epoch Current, Epoch Established = default, ReplicaId Vote = default, EntryIndex Committed = default);
