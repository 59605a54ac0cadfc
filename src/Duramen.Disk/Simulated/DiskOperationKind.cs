namespace Duramen.Disk.Simulated;

/// <summary>What was asked of a simulated disk. Questions about names and lengths are not operations: they neither change nor fail.</summary>
public enum DiskOperationKind
{
    /// <summary>Reading from a file; does not count.</summary>
    Read,

    /// <summary>Opening a file that was there, or taking a lock whose file was there; does not count.</summary>
    Open,

    /// <summary>Creating a file, by opening or locking it.</summary>
    Create,

    /// <summary>Writing to a file.</summary>
    Write,

    /// <summary>Reserving room.</summary>
    Reserve,

    /// <summary>Cutting or extending a file.</summary>
    SetLength,

    /// <summary>Syncing a file.</summary>
    Sync,

    /// <summary>Syncing a folder.</summary>
    SyncFolder,

    /// <summary>Renaming a file; the path is the old name.</summary>
    Rename,

    /// <summary>Deleting a file.</summary>
    DeleteFile,

    /// <summary>Creating one folder.</summary>
    CreateFolder,

    /// <summary>Deleting a folder with everything in it.</summary>
    DeleteFolder,
}
