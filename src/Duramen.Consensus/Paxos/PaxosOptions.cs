namespace Duramen.Consensus.Paxos;

/// <summary>The settings of a group that runs Multi-Paxos. Safety depends on <see cref="Alpha"/> and <see cref="Quorums"/>: they must be the same on all members, always.</summary>
public sealed record PaxosOptions
{
    /// <summary>
    /// A replica that heard from no leader for this many ticks, or up to twice as many (drawn anew each time, and more after attempts that failed), asks whether it could lead. For as
    /// long it also helps nobody to depose a leader that it hears, and a leader that no quorum answered for as long gives up.
    /// </summary>
    public int ElectionTicks { get; init; } = 10;

    /// <summary>A leader with nothing to say says so after this many ticks.</summary>
    public int HeartbeatTicks { get; init; } = 1;

    /// <summary>
    /// The window: a leader proposes for no slot further than this behind the last one that it knows to be chosen, with everything before. A membership is in force this many slots behind
    /// the entry that brings it (Lamport's alpha), because it is known then to whoever proposes there. Larger means more entries under way, and more empty ones at a change of membership.
    /// </summary>
    public int Alpha { get; init; } = 256;

    /// <summary>Flexible quorums by the number of voters; majorities for numbers that are not listed.</summary>
    public IReadOnlyList<QuorumOptions> Quorums { get; init; } = [];

    /// <summary>Entries sent to one member and not answered; more wait, so that a member that stopped answering costs no bandwidth.</summary>
    public int MaxEntriesInFlight { get; init; } = 1024;

    /// <summary>Entries are added to a message while it is smaller than this, in bytes; the first is always taken.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>A leader rejects proposals while its uncommitted entries have more payload than this, in bytes.</summary>
    public long MaxUncommittedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Committed and synced entries stay in memory while all entries there have no more payload than this, in bytes.</summary>
    public long CacheBytes { get; init; } = 4 * 1024 * 1024;
}
