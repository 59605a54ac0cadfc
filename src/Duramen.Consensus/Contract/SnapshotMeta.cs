using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// What a snapshot stands for: the fold of all entries up to <paramref name="Index"/>, all of them committed. A host keeps it with the snapshot's data, which
/// the protocol never sees. The first log of a new group begins at such a snapshot of nothing, which names the first membership.
/// </summary>
/// <param name="Index">The last entry in it; zero for the beginning of a group.</param>
/// <param name="Epoch">That entry's epoch.</param>
/// <param name="Membership">The membership in force as of that entry.</param>
public sealed record SnapshotMeta(EntryIndex Index, Epoch Epoch, Membership Membership)
{
    /// <summary>
    /// The memberships that entries up to <see cref="Index"/> bring and that come into force only behind it, oldest first. Empty where an entry's membership is in force as soon as
    /// the entry is committed; Multi-Paxos waits for some more slots.
    /// </summary>
    public IReadOnlyList<UpcomingMembership> Upcoming { get; init; } = [];

    /// <summary>The snapshot of nothing by which a replica starts that has no disk yet, or whose disk was replaced: it belongs to no group until a leader sends it one.</summary>
    public static SnapshotMeta Nothing { get; } = new(EntryIndex.Zero, Epoch.Zero, Membership.Nobody);
}
