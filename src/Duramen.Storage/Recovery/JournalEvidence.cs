namespace Duramen.Storage.Recovery;

/// <summary>What recovery sees at the place where the journal can be read no further.</summary>
/// <param name="Expected">The sequence of the group that should be next.</param>
/// <param name="CatalogNext">The sequence of the first group that the catalog does not include.</param>
/// <param name="IsCatalogClean">Whether the catalog was written by a clean stop.</param>
/// <param name="SyncedMark">The last group that is marked as synced; null when no mark can be read.</param>
/// <param name="LaterGroup">The sequence of a sound group after the expected one, if there is one.</param>
/// <param name="HasStartedGroup">Whether the expected group was begun.</param>
/// <param name="ForeignFolder">The folder that the group at the expected place belongs to, when that is another one.</param>
internal readonly record struct JournalEvidence(
    long Expected, long CatalogNext, bool IsCatalogClean, long? SyncedMark, long? LaterGroup, bool HasStartedGroup, Guid? ForeignFolder);
