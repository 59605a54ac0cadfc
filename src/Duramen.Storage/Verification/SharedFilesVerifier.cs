using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;

namespace Duramen.Storage.Verification;

/// <summary>
/// Reads what all logs of a folder share as it stands on disk: identity, catalog and the mark of the journal. Runs before the folder is opened,
/// because opening repairs a damaged copy from the other one.
/// </summary>
internal sealed class SharedFilesVerifier(VerificationRun run, IDisk disk)
{
    public void Run()
    {
        FolderIdentity? identity = null;
        Attempt(FolderLayout.IdentityFile, () => identity = FolderIdentity.TryLoad(disk, run.Path));
        CheckCatalogs();
        if (identity is not null && disk.FolderExists(Full(FolderLayout.JournalFolder)))
        {
            CheckMark(identity.FolderId);
        }

        CheckNames();
    }

    private void CheckCatalogs()
    {
        Catalog? first = LoadCopy(Catalog.FirstCopyName, Catalog.SecondCopyName);
        Catalog? second = LoadCopy(Catalog.SecondCopyName, Catalog.FirstCopyName);
        if (first is not null && second is not null && first.Sequence != second.Sequence)
        {
            string older = first.Sequence < second.Sequence ? Catalog.FirstCopyName : Catalog.SecondCopyName;
            run.Note(older, null, "the other copy is newer: a crash came between the two; opening the folder brings this one up to it");
        }
    }

    private Catalog? LoadCopy(string name, string other)
    {
        Catalog? catalog = null;
        var defects = new List<string>();
        Attempt(name, () => catalog = Catalog.TryLoadCopy(disk, Full(name), defects));
        if (!disk.FileExists(Full(name)))
        {
            run.Damage(StorageErrors.CatalogCorrupt, name, null, "the file is missing; opening the folder makes it again from the other copy");
        }
        else if (defects.Count > 0)
        {
            run.Damage(
                StorageErrors.CatalogCorrupt, name, FirstDifference(name, other), "the checksum does not match the bytes; opening the folder repairs it from the other copy");
        }

        return catalog;
    }

    // Both copies hold the same bytes, unless a crash came between them: the first byte that differs is where the damage begins.
    private long FirstDifference(string name, string other)
    {
        if (!disk.FileExists(Full(other)))
        {
            return 0;
        }

        byte[] damaged = ReadAll(name);
        byte[] sound = ReadAll(other);
        int same = damaged.AsSpan().CommonPrefixLength(sound);
        return same < damaged.Length || damaged.Length != sound.Length ? same : 0;
    }

    private void CheckMark(Guid folderId)
    {
        const string File = $"{FolderLayout.JournalFolder}/{SyncedMark.FileName}";
        var defects = new List<string>();
        var damagedAt = new List<long>();
        SyncedMark.TryRead(disk, Full(FolderLayout.JournalFolder), folderId, defects, damagedAt);
        foreach (long position in damagedAt)
        {
            run.Damage(StorageErrors.FileDamaged, File, position, "the slot's checksum does not match; a sound slot counts, and this one is written anew in its turn");
        }

        if (damagedAt.Count == 0 && defects.Count > 0)
        {
            run.Damage(StorageErrors.FileDamaged, File, null, "the file is missing");
        }
    }

    private void CheckNames()
    {
        foreach (string name in disk.ListFiles(run.Path))
        {
            CheckName(name, name is FolderLayout.LockFile or FolderLayout.IdentityFile or Catalog.FirstCopyName or Catalog.SecondCopyName);
        }

        foreach (string name in disk.ListFolders(run.Path).Where(name => name is not (FolderLayout.JournalFolder or FolderLayout.LogsFolder or FolderLayout.DerivedFolder)))
        {
            run.Damage(StorageErrors.FileUnknown, name, null, "Duramen makes no folder of this name; nothing reads it");
        }

        if (!disk.FolderExists(Full(FolderLayout.JournalFolder)))
        {
            return;
        }

        foreach (string name in disk.ListFiles(Full(FolderLayout.JournalFolder)))
        {
            bool isKnown = name == SyncedMark.FileName || JournalFiles.TryParseName(name, out _);
            CheckName($"{FolderLayout.JournalFolder}/{name}", isKnown);
        }

        foreach (string name in disk.ListFolders(Full(FolderLayout.JournalFolder)))
        {
            run.Damage(StorageErrors.FileUnknown, $"{FolderLayout.JournalFolder}/{name}", null, "Duramen makes no folder of this name; nothing reads it");
        }
    }

    private void CheckName(string file, bool isKnown)
    {
        if (isKnown)
        {
            return;
        }

        if (file.EndsWith(".new", StringComparison.Ordinal))
        {
            run.Note(file, null, "a crash left it over while it was being written; nothing reads it");
        }
        else
        {
            run.Damage(StorageErrors.FileUnknown, file, null, "Duramen makes no file of this name; nothing reads it");
        }
    }

    private void Attempt(string file, Action check)
    {
        try
        {
            check();
        }
        catch (DuramenException error)
        {
            run.Damage(error, file, 0);
        }
    }

    private byte[] ReadAll(string name)
    {
        using IDiskFile file = disk.Open(Full(name), DiskFileMode.Existing);
        byte[] bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes;
    }

    private string Full(string relative) => $"{run.Path}/{relative}";
}
