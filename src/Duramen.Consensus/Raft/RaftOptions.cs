namespace Duramen.Consensus.Raft;

/// <summary>The settings of a Raft group; the same on all of its members, although safety depends on none of them.</summary>
public sealed record RaftOptions
{
    /// <summary>
    /// A follower that heard from no leader for this many ticks, or up to twice as many (drawn anew each time), asks for votes. For as long it also refuses its
    /// own vote to others, and a leader that a majority did not answer for as long gives up.
    /// </summary>
    public int ElectionTicks { get; init; } = 10;

    /// <summary>A leader with nothing to say says so after this many ticks.</summary>
    public int HeartbeatTicks { get; init; } = 1;

    /// <summary>Messages with entries on their way to one member; more wait for an answer. With <see cref="MaxMessageBytes"/> it bounds what a member that stopped answering costs.</summary>
    public int MaxMessagesInFlight { get; init; } = 64;

    /// <summary>Entries are added to a message while it is smaller than this, in bytes; the first is always taken.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>A leader rejects proposals while its uncommitted entries have more payload than this, in bytes.</summary>
    public long MaxUncommittedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Committed and synced entries stay in memory while all entries there have no more payload than this, in bytes.</summary>
    public long CacheBytes { get; init; } = 4 * 1024 * 1024;
}
