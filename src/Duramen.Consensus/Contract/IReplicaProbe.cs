using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>What a replica believes, for checkers and metrics. No protocol decision is based on another replica's probe.</summary>
public interface IReplicaProbe
{
    /// <summary>What it does.</summary>
    ReplicaRole Role { get; }

    /// <summary>Whom it takes for the leader.</summary>
    ReplicaId Leader { get; }

    /// <summary>What it promised, synced or not; the epoch it is in is <see cref="HardState.Current"/>.</summary>
    HardState HardState { get; }

    /// <summary>Everything up to here is committed as far as it knows.</summary>
    EntryIndex Committed { get; }

    /// <summary>Everything of its current log up to here is synced.</summary>
    EntryIndex Synced { get; }

    /// <summary>The first entry it has; one more than <see cref="Last"/> when it has none.</summary>
    EntryIndex First { get; }

    /// <summary>The last entry it has.</summary>
    EntryIndex Last { get; }

    /// <summary>The payload of the entries that it holds in memory, in bytes.</summary>
    long CachedBytes { get; }

    /// <summary>The members by which it decides now.</summary>
    Membership Membership { get; }

    /// <summary>The members by which it will decide once an entry of its log is committed; the same as <see cref="Membership"/> while no change waits for that.</summary>
    Membership UpcomingMembership => Membership;

    /// <summary>The last snapshot that was installed or trimmed to; its membership is the one in force there.</summary>
    SnapshotMeta Snapshot { get; }

    /// <summary>An entry it has; false outside <see cref="First"/> to <see cref="Last"/> and for a slot that is still open. Good until its next input.</summary>
    bool TryReadEntry(EntryIndex index, out EntryView entry);

    /// <summary>Whether the entry at an index is known to be chosen; beyond <see cref="Committed"/> only where slots are decided out of order (Multi-Paxos).</summary>
    bool IsChosen(EntryIndex index) => index <= Committed;
}
