namespace Duramen.Disk;

/// <summary>
/// The folders and files of a disk in memory by their paths, with the rules that POSIX gives for names. Not safe for threads.
/// </summary>
/// <typeparam name="TFile">What stands for a file.</typeparam>
internal sealed class NameTree<TFile>
    where TFile : class
{
    private readonly Dictionary<string, SortedDictionary<string, TFile?>> _folders = new(StringComparer.Ordinal)
    {
        ["/"] = new(StringComparer.Ordinal),
    };

    /// <summary>The paths of all folders, in no order.</summary>
    public IEnumerable<string> Folders => _folders.Keys;

    public bool HasFolder(string path) => _folders.ContainsKey(path);

    public TFile? FindFile(string path) =>
        _folders.TryGetValue(DiskPath.FolderOf(path), out var folder) ? folder.GetValueOrDefault(DiskPath.NameOf(path)) : null;

    /// <summary>The names in a folder, in ordinal order; a folder's name has no file.</summary>
    public SortedDictionary<string, TFile?> NamesIn(string path, string operation) =>
        _folders.TryGetValue(path, out var folder) ? folder : throw DiskRefusals.NotFound(path, operation);

    /// <summary>Refuses unless a file may be put there: its folder exists, and no folder has the name.</summary>
    public void CheckRoomForFile(string path, string operation)
    {
        if (HasFolder(path))
        {
            throw DiskRefusals.Exists(path, operation);
        }

        if (!HasFolder(DiskPath.FolderOf(path)))
        {
            throw DiskRefusals.NotFound(path, operation);
        }
    }

    public void PutFile(string path, TFile file) => _folders[DiskPath.FolderOf(path)][DiskPath.NameOf(path)] = file;

    public void RemoveFile(string path) => _folders[DiskPath.FolderOf(path)].Remove(DiskPath.NameOf(path));

    /// <summary>The folders on the way to a path that are missing, outermost first.</summary>
    public List<string> MissingFolders(string path)
    {
        var missing = new List<string>();
        for (string at = path; !HasFolder(at); at = DiskPath.FolderOf(at))
        {
            if (FindFile(at) is not null)
            {
                throw DiskRefusals.Exists(at, "creating the folder");
            }

            missing.Insert(0, at);
        }

        return missing;
    }

    /// <summary>Adds a folder whose parent exists.</summary>
    public void AddFolder(string path)
    {
        _folders[DiskPath.FolderOf(path)][DiskPath.NameOf(path)] = null;
        _folders.TryAdd(path, new SortedDictionary<string, TFile?>(StringComparer.Ordinal));
    }

    /// <summary>Removes an empty folder other than the root.</summary>
    public void RemoveFolder(string path)
    {
        _folders.Remove(path);
        _folders[DiskPath.FolderOf(path)].Remove(DiskPath.NameOf(path));
    }

    /// <summary>The names of one kind in a folder, in ordinal order.</summary>
    public List<string> List(string path, bool folders)
    {
        var names = new List<string>();
        foreach ((string name, TFile? file) in NamesIn(path, folders ? "listing the folders" : "listing the files"))
        {
            if (file is null == folders)
            {
                names.Add(name);
            }
        }

        return names;
    }
}
