namespace Duramen.State.Store;

/// <summary>What a store on disk may use, and what it is of.</summary>
public sealed record StoreOptions
{
    /// <summary>
    /// What may be kept in memory, in bytes: at most half of it for what was put last and is not on disk, a quarter for blocks that were read. The rest is
    /// for indexes and filters, which grow with the table (about 70 bytes for each 4 KiB, 2.5 bytes for each key), and for merging.
    /// </summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>
    /// What may be kept on disk, in bytes; a merge needs as much again as it merges for a while. A store that grows beyond moves its horizon, so that less of
    /// the past is kept, and says so.
    /// </summary>
    public long DiskBytes { get; init; } = long.MaxValue;

    /// <summary>
    /// What the store is a fold of: the log, the projection and its version. A store with another identity is deleted when it is opened, and begins
    /// from nothing. At most 4096 bytes.
    /// </summary>
    public ReadOnlyMemory<byte> Identity { get; init; }

    /// <summary>Told what happened that was not asked for: that a store was damaged and deleted, that the horizon was moved. May be called on any thread.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Flushes and merges on the thread of the owner, so that a test sees the same operations of the disk each time.</summary>
    internal bool IsInline { get; init; }

    /// <summary>What was put last is written to disk when it is as large as this; tests choose less.</summary>
    internal long RecentBytes { get; init; }

    /// <summary>As <see cref="StoreLimits.BlockBytes"/>; tests choose less.</summary>
    internal int BlockBytes { get; init; } = StoreLimits.BlockBytes;
}
