using Duramen.Core.Errors;

namespace Duramen.Storage;

/// <summary>The codes of everything a data folder can refuse, beyond what a log or a disk can.</summary>
public static class StorageErrors
{
    /// <summary>Another process, or another part of this one, has the folder open.</summary>
    public static ErrorCode Locked => new("folder-locked");

    /// <summary>The path does not hold a data folder, and was not to be made one.</summary>
    public static ErrorCode NotAFolder => new("folder-not-found");

    /// <summary>The path holds no data folder, and no new one is made there because it holds other files.</summary>
    public static ErrorCode NotEmpty => new("folder-not-empty");

    /// <summary>A newer version of Duramen wrote the folder in a format that this one does not know.</summary>
    public static ErrorCode NewerVersion => new("folder-version-newer");

    /// <summary>A file that the folder's catalog lists is missing, cut short, or another log's.</summary>
    public static ErrorCode FileDamaged => new("file-damaged");

    /// <summary>A file or folder in the data folder is none that Duramen makes.</summary>
    public static ErrorCode FileUnknown => new("file-unknown");

    /// <summary>The journal holds bytes that were acknowledged once and are not what was written.</summary>
    public static ErrorCode JournalCorrupt => new("journal-corrupt");

    /// <summary>Both copies of the catalog are unreadable, or they contradict the journal.</summary>
    public static ErrorCode CatalogCorrupt => new("catalog-corrupt");
}
