namespace Duramen.State.Store.Disk;

/// <summary>How large a store on disk is.</summary>
/// <param name="Runs">The files that its versions are in.</param>
/// <param name="Versions">The versions in them.</param>
/// <param name="DiskBytes">The length of these files together.</param>
/// <param name="MemoryBytes">The indexes and filters in memory, and what was put last; blocks in the cache are not counted.</param>
public readonly record struct StoreStatistics(int Runs, long Versions, long DiskBytes, long MemoryBytes);
