using Duramen.Core.Errors;

namespace Duramen.Disk.Memory;

/// <summary>
/// A disk that lives and dies with this object. Syncs do nothing, because nothing here can be lost that is not lost altogether;
/// names, errors and alignment behave as on <see cref="Posix.PosixDisk"/>.
/// </summary>
public sealed class MemoryDisk : IDisk
{
    private readonly Lock _gate = new();
    private readonly NameTree<MemoryFileNode> _names = new();

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskFileMode mode, DiskFileCache cache = DiskFileCache.Buffered)
    {
        string normal = DiskPath.Normalize(path);
        lock (_gate)
        {
            return new MemoryFile(path, FindOrCreate(normal, mode), cache);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path)
    {
        lock (_gate)
        {
            return _names.FindFile(DiskPath.Normalize(path)) is not null;
        }
    }

    /// <inheritdoc/>
    public long FileLength(string path)
    {
        MemoryFileNode? node;
        lock (_gate)
        {
            node = _names.FindFile(DiskPath.Normalize(path));
        }

        if (node is null)
        {
            return -1;
        }

        lock (node.Gate)
        {
            return node.Content.Length;
        }
    }

    /// <inheritdoc/>
    public bool FolderExists(string path)
    {
        lock (_gate)
        {
            return _names.HasFolder(DiskPath.Normalize(path));
        }
    }

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        lock (_gate)
        {
            foreach (string missing in _names.MissingFolders(DiskPath.Normalize(path)))
            {
                _names.AddFolder(missing);
            }
        }
    }

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        string normal = DiskPath.Normalize(path);
        lock (_gate)
        {
            if (_names.HasFolder(normal))
            {
                throw DiskRefusals.Exists(path, "deleting the file");
            }

            if (_names.FindFile(normal) is not null)
            {
                _names.RemoveFile(normal);
            }
        }
    }

    /// <inheritdoc/>
    public void DeleteFolder(string path)
    {
        string normal = DiskPath.Normalize(path);
        Invariant.Holds(normal != "/", "the root is never deleted");
        lock (_gate)
        {
            if (_names.HasFolder(normal))
            {
                DeleteTree(normal);
            }
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        string source = DiskPath.Normalize(from);
        string target = DiskPath.Normalize(to);
        lock (_gate)
        {
            if (_names.HasFolder(source))
            {
                throw DiskRefusals.Exists(from, $"renaming the file to {to}");
            }

            MemoryFileNode node = _names.FindFile(source) ?? throw DiskRefusals.NotFound(from, $"renaming the file to {to}");
            _names.CheckRoomForFile(target, $"renaming {from} to this file");
            _names.RemoveFile(source);
            _names.PutFile(target, node);
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        lock (_gate)
        {
            _names.NamesIn(DiskPath.Normalize(path), "syncing the folder");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string path)
    {
        lock (_gate)
        {
            return _names.List(DiskPath.Normalize(path), folders: false);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFolders(string path)
    {
        lock (_gate)
        {
            return _names.List(DiskPath.Normalize(path), folders: true);
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        lock (_gate)
        {
            MemoryFileNode node = FindOrCreate(DiskPath.Normalize(path), DiskFileMode.OpenOrCreate);
            if (node.Locked)
            {
                return null;
            }

            node.Locked = true;
            return new Holder(this, node);
        }
    }

    private MemoryFileNode FindOrCreate(string path, DiskFileMode mode)
    {
        string operation = mode == DiskFileMode.CreateNew ? "creating the file" : "opening the file";
        _names.CheckRoomForFile(path, operation);
        MemoryFileNode? node = _names.FindFile(path);
        if (node is not null)
        {
            return mode == DiskFileMode.CreateNew ? throw DiskRefusals.Exists(path, operation) : node;
        }

        if (mode == DiskFileMode.Existing)
        {
            throw DiskRefusals.NotFound(path, operation);
        }

        node = new MemoryFileNode();
        _names.PutFile(path, node);
        return node;
    }

    private void DeleteTree(string folder)
    {
        foreach (string name in _names.List(folder, folders: true))
        {
            DeleteTree(DiskPath.Join(folder, name));
        }

        foreach (string name in _names.List(folder, folders: false))
        {
            _names.RemoveFile(DiskPath.Join(folder, name));
        }

        _names.RemoveFolder(folder);
    }

    private sealed class Holder(MemoryDisk disk, MemoryFileNode node) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            lock (disk._gate)
            {
                if (!_released)
                {
                    _released = true;
                    node.Locked = false;
                }
            }
        }
    }
}
