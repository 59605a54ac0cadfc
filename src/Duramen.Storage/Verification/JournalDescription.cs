namespace Duramen.Storage.Verification;

/// <summary>How the journal of a folder stands on disk, before the folder is opened.</summary>
/// <param name="IsClean">Whether the folder was closed in order, so that the journal holds nothing that segments lack.</param>
/// <param name="CatalogSequence">The number of the last checkpoint.</param>
/// <param name="NextGroup">The first journal group that the catalog does not include.</param>
/// <param name="NextFile">The number of the journal file in which it is expected.</param>
/// <param name="NextPosition">The byte of that file.</param>
/// <param name="SyncedGroup">The last group that is marked as synced; null when no mark can be read.</param>
/// <param name="Files">Journal files.</param>
/// <param name="SizeBytes">Their size together.</param>
public sealed record JournalDescription(
    bool IsClean, long CatalogSequence, long NextGroup, int NextFile, long NextPosition, long? SyncedGroup, int Files, long SizeBytes);
