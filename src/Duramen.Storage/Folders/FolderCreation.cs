using Duramen.Disk;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Journaling;

namespace Duramen.Storage.Folders;

/// <summary>
/// Makes a data folder. The catalog comes first and the identity last, so that a folder without an identity holds nothing yet: no journal file, no log,
/// and no catalog but the first. One whose making was interrupted is made again.
/// </summary>
internal static class FolderCreation
{
    // What a file system puts into its own root.
    private const string LostFound = "lost+found";

    /// <summary>
    /// Whether it is a data folder, or what is left of one: one that lost its identity is told by its catalog, journal or logs, and one that is being made by
    /// its catalog.
    /// </summary>
    public static bool IsDataFolder(IDisk disk, string path) =>
        disk.FileExists($"{path}/{FolderLayout.IdentityFile}")
        || disk.FileExists($"{path}/{Catalog.FirstCopyName}")
        || disk.FileExists($"{path}/{Catalog.SecondCopyName}")
        || HasJournalOrLogs(disk, path);

    /// <summary>The refusal of a path without a data folder, where none is to be made.</summary>
    public static StorageException NotAFolder(string path) =>
        new(StorageErrors.NotAFolder, $"{path} is not a data folder.", "Check the path; 'log append' makes a new folder.");

    /// <summary>
    /// Refuses a folder that holds anything but what an interrupted making leaves: a data folder owns all its files, so it is not made among
    /// somebody else's. Changes nothing, and needs no lock.
    /// </summary>
    /// <exception cref="StorageException"><see cref="StorageErrors.NotEmpty"/>.</exception>
    public static void RefuseForeign(IDisk disk, string path)
    {
        if (!disk.FolderExists(path) || IsDataFolder(disk, path))
        {
            return;
        }

        string[] foreign = [.. Foreign(disk, path)];

        // Looked at again, because another process may have made the folder and put logs into it meanwhile.
        if (foreign.Length > 0 && !IsDataFolder(disk, path))
        {
            string more = foreign.Length == 1 ? "" : FormattableString.Invariant($" and {foreign.Length - 1} more");
            throw new StorageException(
                StorageErrors.NotEmpty,
                $"{path} is not a data folder and not empty: it holds '{foreign[0]}'{more}.",
                "Name a folder that is empty or does not exist: everything in a data folder is its own.");
        }
    }

    /// <summary>Makes what is missing of a new folder, durably. The caller has its lock.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrors.FileDamaged"/>: the folder holds logs and has lost its identity. <see cref="StorageErrors.NotAFolder"/>: it was never
    /// finished, and is not to be.
    /// </exception>
    public static FolderIdentity Create(FolderContext context)
    {
        IDisk disk = context.Disk;
        if (HasJournalOrLogs(disk, context.Path) || Catalog.TryLoad(disk, context.Path, []) is { Sequence: > 1 })
        {
            throw new StorageException(
                StorageErrors.FileDamaged,
                $"{context.Path}/{FolderLayout.IdentityFile} is missing from a data folder that holds logs.",
                "Restore this file from a backup of the folder.");
        }

        if (!context.Options.CreateIfMissing)
        {
            throw NotAFolder(context.Path);
        }

        var identity = new FolderIdentity(Guid.NewGuid(), Guid.NewGuid(), context.Options.Time.GetUtcNow());
        disk.CreateFolder(context.JournalPath);
        disk.CreateFolder($"{context.Path}/{FolderLayout.LogsFolder}");
        new Catalog
        {
            FolderId = identity.FolderId,
            Sequence = 1,
            Journal = new JournalPosition(1, 0, 0, 0),
            IsClean = true,
            Logs = [],
            Garbage = [],
        }.Save(disk, context.Path);
        using (var mark = new SyncedMark(disk, context.JournalPath, identity.FolderId, 0, 0))
        {
            mark.Sync();
        }

        disk.SyncFolder(context.JournalPath);
        SyncParents(disk, context.Path);
        identity.Save(disk, context.Path);
        return identity;
    }

    // Both are made only once the identity is durable.
    private static bool HasJournalOrLogs(IDisk disk, string path)
    {
        string journal = $"{path}/{FolderLayout.JournalFolder}";
        string logs = $"{path}/{FolderLayout.LogsFolder}";
        return (disk.FolderExists(journal) && disk.ListFiles(journal).Any(name => JournalFiles.TryParseName(name, out _)))
            || (disk.FolderExists(logs) && disk.ListFolders(logs).Any(name => Guid.TryParse(name, out _)));
    }

    private static IEnumerable<string> Foreign(IDisk disk, string path)
    {
        string[] files = [FolderLayout.LockFile, $"{FolderLayout.IdentityFile}.new", $"{Catalog.FirstCopyName}.new", $"{Catalog.SecondCopyName}.new"];
        IEnumerable<string> foreign = disk.ListFiles(path).Except(files);
        foreach (string folder in disk.ListFolders(path))
        {
            foreign = foreign.Concat(folder switch
            {
                LostFound => [],
                FolderLayout.JournalFolder => ForeignIn(disk, path, folder, SyncedMark.FileName),
                FolderLayout.LogsFolder => ForeignIn(disk, path, folder),
                _ => [folder],
            });
        }

        return foreign;
    }

    private static IEnumerable<string> ForeignIn(IDisk disk, string path, string folder, params string[] files) =>
        disk.ListFiles($"{path}/{folder}").Except(files).Concat(disk.ListFolders($"{path}/{folder}")).Select(name => $"{folder}/{name}");

    // Any of the folders above may have been made just now, by this process or by one that was killed.
    private static void SyncParents(IDisk disk, string path)
    {
        for (int end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            try
            {
                disk.SyncFolder(path[..end]);
            }
            catch (DiskException exception) when (exception.Code == DiskErrors.AccessDenied)
            {
                // A folder that cannot even be opened is not one that this user made.
                return;
            }
        }

        if (path[0] == '/')
        {
            try
            {
                disk.SyncFolder("/");
            }
            catch (DiskException exception) when (exception.Code == DiskErrors.AccessDenied)
            {
                return;
            }
        }
    }
}
