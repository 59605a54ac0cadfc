namespace Duramen.Disk.Simulated;

/// <summary>All folders and files of a simulated disk, found by path as they are seen by its user.</summary>
internal sealed class FolderTree
{
    private readonly FolderNode _root;

    public FolderTree()
        : this(new FolderNode())
    {
    }

    private FolderTree(FolderNode root) => _root = root;

    public FolderTree AfterPowerCut(SplitMix64 random) => new(_root.AfterPowerCut(random, []));

    public FolderTree Copy() => new(_root.Copy([]));

    /// <summary>The file or folder at a normal path; null when nothing is there.</summary>
    public object? Find(string path)
    {
        object? node = _root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node as FolderNode)?.Find(name);
        }

        return node;
    }

    /// <summary>The folder that holds a path's name; it must exist.</summary>
    public FolderNode FolderOf(string path, string operation) =>
        Find(DiskPath.FolderOf(path)) as FolderNode ?? throw DiskRefusals.NotFound(path, operation);

    public FileNode ExistingFile(string path, string operation) =>
        Find(DiskPath.Normalize(path)) as FileNode ?? throw DiskRefusals.NotFound(path, operation);

    /// <summary>The names of one kind in a folder, in ordinal order.</summary>
    public List<string> List<TNode>(string path, string operation)
    {
        FolderNode folder = Find(DiskPath.Normalize(path)) as FolderNode ?? throw DiskRefusals.NotFound(path, operation);
        var names = new List<string>();
        foreach ((string name, object node) in folder.Names)
        {
            if (node is TNode)
            {
                names.Add(name);
            }
        }

        return names;
    }

    public IEnumerable<(string Path, FileNode File)> Files() => Files(_root, "");

    public int UsedBlocks()
    {
        int blocks = 0;
        foreach ((_, FileNode file) in Files())
        {
            blocks += file.Blocks;
        }

        return blocks;
    }

    private static IEnumerable<(string Path, FileNode File)> Files(FolderNode folder, string path)
    {
        foreach ((string name, object node) in folder.Names)
        {
            string at = $"{path}/{name}";
            if (node is FileNode file)
            {
                yield return (at, file);
            }
            else
            {
                foreach ((string, FileNode) inner in Files((FolderNode)node, at))
                {
                    yield return inner;
                }
            }
        }
    }
}
