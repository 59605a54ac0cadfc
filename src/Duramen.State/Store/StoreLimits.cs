namespace Duramen.State.Store;

/// <summary>The fixed numbers of the versioned store, with the reasons for them.</summary>
internal static class StoreLimits
{
    /// <summary>The longest key: a block's index entry holds its first key in memory.</summary>
    public const int KeyMaxBytes = 64 << 10;

    /// <summary>The longest value: as large as the largest append of a log on disk, and far from what an array can hold.</summary>
    public const int ValueMaxBytes = 256 << 20;

    /// <summary>
    /// What a block of versions is closed at. A read by key costs one block: 4 KiB take 1 µs from the page cache with their checksum, and give an index of some
    /// 16 MiB for 10^7 versions of 100 bytes.
    /// </summary>
    public const int BlockBytes = 4 << 10;

    /// <summary>What a block of changes is closed at; it is read by who wants a range of offsets, and so in a row.</summary>
    public const int ChangeBlockBytes = 16 << 10;

    /// <summary>What a run is written in: large enough that a write costs little next to its bytes.</summary>
    public const int WriteBytes = 1 << 20;

    /// <summary>What a merge or a long scan reads at a time.</summary>
    public const int ReadAheadBytes = 256 << 10;

    /// <summary>How much of a run is written before the disk is asked to begin, so that the sync at its end finds little left to do.</summary>
    public const int WritebackBytes = 8 << 20;

    /// <summary>
    /// So many runs of one level are merged into one of the next. Higher writes less and reads more: with 4, a table that took 4 x 4 flushes was
    /// written three times, and a key is looked for in 3 runs of a level at most. A merge costs 0.2 µs of a processor for each version, half of what putting it cost.
    /// </summary>
    public const int RunsPerLevel = 4;

    /// <summary>Bits of filter for each key, before the filter's size is rounded up to a power of two: one wrong yes in 100 or fewer.</summary>
    public const int FilterBitsPerKey = 10;

    /// <summary>The smallest memory budget: a part of it is for what was put last, and a block has to fit there many times over.</summary>
    public const long MemoryMinBytes = 1 << 20;

    /// <summary>The most that a manifest may have: far more than thousands of runs need, and little enough to read at once.</summary>
    public const int ManifestMaxBytes = 16 << 20;

    /// <summary>The longest identity; it is a few names.</summary>
    public const int IdentityMaxBytes = 4096;

    /// <summary>The longest attachment of a position.</summary>
    public const int AttachmentMaxBytes = 1 << 20;
}
