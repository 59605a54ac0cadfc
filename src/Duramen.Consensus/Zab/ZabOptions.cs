namespace Duramen.Consensus.Zab;

/// <summary>The settings of a group that runs ZAB; the same on all of its members, although safety depends on none of them.</summary>
public sealed record ZabOptions
{
    /// <summary>
    /// A follower that heard from no leader for this many ticks, or up to twice as many (drawn anew each time), looks for another. For as long it also refuses to help others who
    /// look, and a leader that a majority did not answer for as long gives up.
    /// </summary>
    public int ElectionTicks { get; init; } = 10;

    /// <summary>A leader with nothing to say says so after this many ticks.</summary>
    public int HeartbeatTicks { get; init; } = 1;

    /// <summary>Entries proposed to one follower and not acknowledged; more wait for an answer, so that a follower that stopped answering costs no bandwidth.</summary>
    public int MaxEntriesInFlight { get; init; } = 1024;

    /// <summary>Entries are added to a message while it is smaller than this, in bytes; the first is always taken.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>A leader rejects proposals while its uncommitted entries have more payload than this, in bytes.</summary>
    public long MaxUncommittedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Committed and synced entries stay in memory while all entries there have no more payload than this, in bytes.</summary>
    public long CacheBytes { get; init; } = 4 * 1024 * 1024;
}
