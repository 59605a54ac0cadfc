namespace Duramen.Storage.Recovery;

/// <summary>What the place is where the journal can be read no further. See <c>docs/recovery.md</c> for the table.</summary>
internal enum JournalEnd
{
    /// <summary>Nothing was written after the last group.</summary>
    Clean,

    /// <summary>A group was being written when the power went; it was never acknowledged, and is cut.</summary>
    Torn,

    /// <summary>Groups are missing or damaged that were synced once, and may have been acknowledged; the folder is not opened.</summary>
    Corrupt,
}
