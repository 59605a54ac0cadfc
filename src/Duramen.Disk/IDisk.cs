namespace Duramen.Disk;

/// <summary>
/// Everything storage may ask of a disk. Nothing above this seam opens a file, so that one engine runs on a real disk, in memory, and on
/// a disk that fails on purpose.
/// <para>
/// The contract is the one that POSIX gives and no more: a write is durable only after <see cref="IDiskFile.Sync"/> of its file returns;
/// a created, renamed or deleted name is durable only after <see cref="SyncFolder"/> of the folder that holds it returns. After a power cut,
/// what was not synced may be there, absent, or torn at any 512-byte sector, in any order.
/// </para>
/// <para>All members are safe to call from any thread; paths use '/' and are absolute. Failures are <see cref="DiskException"/>.</para>
/// </summary>
public interface IDisk
{
    /// <summary>Opens a file for reading and writing.</summary>
    /// <exception cref="DiskException">The file is missing (or, with <see cref="DiskFileMode.CreateNew"/>, present), or the disk refuses.</exception>
    IDiskFile Open(string path, DiskFileMode mode, DiskFileCache cache = DiskFileCache.Buffered);

    /// <summary>Whether a file with this path exists.</summary>
    bool FileExists(string path);

    /// <summary>The length of an existing file in bytes, without opening it; -1 when there is no such file.</summary>
    long FileLength(string path);

    /// <summary>Whether a folder with this path exists.</summary>
    bool FolderExists(string path);

    /// <summary>
    /// Creates a folder that only the owner may enter (mode 0700), with the parents it lacks; does nothing when it exists.
    /// Each created folder is durable after <see cref="SyncFolder"/> of the one above it.
    /// </summary>
    void CreateFolder(string path);

    /// <summary>Deletes a file; does nothing when it is not there.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a folder with everything in it; does nothing when it is not there.</summary>
    void DeleteFolder(string path);

    /// <summary>Gives a file another name, replacing a file that has it. Atomic for readers; durable after <see cref="SyncFolder"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Makes the names in a folder durable.</summary>
    void SyncFolder(string path);

    /// <summary>The names (not paths) of the files in a folder, in ordinal order.</summary>
    IReadOnlyList<string> ListFiles(string path);

    /// <summary>The names (not paths) of the folders in a folder, in ordinal order.</summary>
    IReadOnlyList<string> ListFolders(string path);

    /// <summary>
    /// Takes the exclusive lock that a file stands for, creating the file when it is missing. The lock ends when the result is disposed or
    /// the process dies, however it dies. Returns null when another process or another holder in this process has it.
    /// </summary>
    IDisposable? TryLock(string path);
}
