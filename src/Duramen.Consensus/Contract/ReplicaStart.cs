using Duramen.Core.Random;

namespace Duramen.Consensus.Contract;

/// <summary>
/// What a replica starts from: everything that was synced when the node last stopped, and nothing else. A host that finds its disk damaged starts no replica.
/// </summary>
public sealed record ReplicaStart
{
    /// <summary>Which replica this is.</summary>
    public required ReplicaId Self { get; init; }

    /// <summary>What it promised.</summary>
    public required HardState HardState { get; init; }

    /// <summary>Its last snapshot. Everything up to it is committed.</summary>
    public required SnapshotMeta Snapshot { get; init; }

    /// <summary>Its entries.</summary>
    public required IEntryReader Entries { get; init; }

    /// <summary>Where the replica draws its election timeouts from; its own from now on.</summary>
    public required Prng Chance { get; init; }
}
