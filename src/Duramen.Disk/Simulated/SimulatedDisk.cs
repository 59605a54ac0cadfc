using Duramen.Core.Errors;

namespace Duramen.Disk.Simulated;

/// <summary>
/// A disk that keeps exactly the promises of <see cref="IDisk"/> and no others: what was not synced may be lost, kept or torn by
/// <see cref="PowerCut"/>, and operations fail or crash where a test says so. Equal seeds and equal calls give equal results.
/// </summary>
/// <param name="seed">Decides what is left to chance apart from a power cut, which has a seed of its own.</param>
public sealed class SimulatedDisk(ulong seed = 0) : IDisk
{
    private FolderTree _tree = new();
    private HashSet<FileNode> _locked = [];
    private long _life;

    /// <summary>Called before each operation, reads and openings too; may throw a <see cref="SimulatedCrashException"/> to crash there.</summary>
    public Action<DiskOperation>? BeforeOperation
    {
        get => Operations.Before;
        set => Operations.Before = value;
    }

    /// <summary>How many operations that count were asked for: the range of a sweep with <see cref="CrashAt"/>.</summary>
    public long OperationCount => Operations.Count;

    /// <summary>
    /// The operation, counted from 1, at which the machine goes down: it is not carried out (a direct write may be, in part), and it and all
    /// later ones throw <see cref="SimulatedCrashException"/> until <see cref="PowerCut"/> or <see cref="ProcessKill"/>. 0 for never.
    /// </summary>
    public long CrashAt
    {
        get => Operations.CrashAt;
        set => Operations.CrashAt = value;
    }

    /// <summary>The room for all files together, given out in blocks of 4096 bytes; null for no limit.</summary>
    public long? CapacityBytes { get; set; }

    /// <summary>The last operations and how they ended, a line each, for the message of a failing test.</summary>
    public string Trace
    {
        get
        {
            lock (Gate)
            {
                return Operations.Describe();
            }
        }
    }

    internal Lock Gate { get; } = new();

    internal OperationGate Operations { get; private init; } = new();

    internal SplitMix64 Random { get; } = new(seed);

    internal long FreeBlocks => CapacityBytes is long capacity ? (capacity / FileNode.BlockBytes) - _tree.UsedBlocks() : long.MaxValue;

    /// <summary>Makes operations fail from now on.</summary>
    public void AddFault(DiskFault fault)
    {
        lock (Gate)
        {
            Operations.Add(fault);
        }
    }

    /// <summary>Makes the disk healthy again; what faults have destroyed stays destroyed.</summary>
    public void ClearFaults()
    {
        lock (Gate)
        {
            Operations.ClearFaults();
        }
    }

    /// <summary>
    /// Cuts the power and restarts: the disk goes on from one of the states that the contract allows, chosen by the seed.
    /// Files and locks held before are dead and throw <see cref="SimulatedCrashException"/>.
    /// </summary>
    public void PowerCut(ulong cutSeed)
    {
        lock (Gate)
        {
            _tree = _tree.AfterPowerCut(new SplitMix64(cutSeed));
            Restart($"power cut, seed {cutSeed}");
        }
    }

    /// <summary>Kills the process: nothing written is lost, but files and locks held before are dead.</summary>
    public void ProcessKill()
    {
        lock (Gate)
        {
            foreach ((_, FileNode file) in _tree.Files())
            {
                file.SettleInFlight(Random);
            }

            Restart("process killed");
        }
    }

    /// <summary>Another disk in the same state, synced and unsynced, without faults, crash, hook or locks: to try several futures.</summary>
    public SimulatedDisk Copy()
    {
        lock (Gate)
        {
            return new SimulatedDisk(Random.Next()) { _tree = _tree.Copy(), CapacityBytes = CapacityBytes };
        }
    }

    /// <summary>The page cache forgets what it need not keep: reads show the loss that a failed sync has caused.</summary>
    public void EvictCache()
    {
        lock (Gate)
        {
            foreach ((_, FileNode file) in _tree.Files())
            {
                file.EvictCache();
            }
        }
    }

    /// <summary>The paths of all files, in ordinal order of their parts.</summary>
    public IReadOnlyList<string> AllFiles()
    {
        lock (Gate)
        {
            var paths = new List<string>();
            foreach ((string path, _) in _tree.Files())
            {
                paths.Add(path);
            }

            return paths;
        }
    }

    /// <summary>Everything in a file, as reading shows it.</summary>
    public byte[] ReadContent(string path)
    {
        lock (Gate)
        {
            FileNode file = _tree.ExistingFile(path, "reading the content");
            byte[] content = new byte[file.Live.Length];
            file.Live.Read(content, 0);
            return content;
        }
    }

    /// <summary>Replaces everything in an existing file durably, as one does who restores an older backup.</summary>
    public void RestoreContent(string path, ReadOnlySpan<byte> content)
    {
        lock (Gate)
        {
            _tree.ExistingFile(path, "restoring the content").Restore(content);
        }
    }

    /// <summary>Turns one stored bit round, as a decaying device does.</summary>
    public void FlipBit(string path, long byteIndex, int bit)
    {
        Invariant.Holds(bit is >= 0 and < 8);
        lock (Gate)
        {
            FileNode file = _tree.ExistingFile(path, "flipping a bit");
            Invariant.Holds(byteIndex >= 0 && byteIndex < file.Live.Length);
            file.FlipBit(byteIndex, bit);
        }
    }

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskFileMode mode, DiskFileCache cache = DiskFileCache.Buffered)
    {
        lock (Gate)
        {
            return new SimulatedFile(this, path, FindOrCreate(path, mode), cache, _life);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path)
    {
        lock (Gate)
        {
            return _tree.Find(DiskPath.Normalize(path)) is FileNode;
        }
    }

    /// <inheritdoc/>
    public long FileLength(string path)
    {
        lock (Gate)
        {
            return _tree.Find(DiskPath.Normalize(path)) is FileNode file ? file.Live.Length : -1;
        }
    }

    /// <inheritdoc/>
    public bool FolderExists(string path)
    {
        lock (Gate)
        {
            return _tree.Find(DiskPath.Normalize(path)) is FolderNode;
        }
    }

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        string normal = DiskPath.Normalize(path);
        lock (Gate)
        {
            MakeFolder(normal);
        }
    }

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        string normal = DiskPath.Normalize(path);
        lock (Gate)
        {
            object? node = _tree.Find(normal);
            if (node is FolderNode)
            {
                throw DiskRefusals.Exists(path, "deleting the file");
            }

            if (node is not null)
            {
                Operations.EnterOrFail(DiskOperationKind.DeleteFile, normal);
                _tree.FolderOf(normal, "deleting the file").Remove(DiskPath.NameOf(normal));
            }
        }
    }

    /// <inheritdoc/>
    public void DeleteFolder(string path)
    {
        string normal = DiskPath.Normalize(path);
        Invariant.Holds(normal != "/", "the root is never deleted");
        lock (Gate)
        {
            if (_tree.Find(normal) is FolderNode folder)
            {
                Operations.EnterOrFail(DiskOperationKind.DeleteFolder, normal);
                folder.Empty();
                _tree.FolderOf(normal, "deleting the folder").Remove(DiskPath.NameOf(normal));
            }
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        string source = DiskPath.Normalize(from);
        string target = DiskPath.Normalize(to);
        lock (Gate)
        {
            object node = _tree.Find(source) ?? throw DiskRefusals.NotFound(from, $"renaming the file to {to}");
            FolderNode targetFolder = _tree.FolderOf(target, $"renaming {from} to this file");
            if (node is FolderNode || _tree.Find(target) is FolderNode)
            {
                throw DiskRefusals.Exists(node is FolderNode ? from : to, $"renaming {from} to {to}");
            }

            Operations.EnterOrFail(DiskOperationKind.Rename, source);
            FolderNode sourceFolder = _tree.FolderOf(source, $"renaming the file to {to}");
            if (sourceFolder == targetFolder)
            {
                sourceFolder.Put(DiskPath.NameOf(target), node, insteadOf: DiskPath.NameOf(source));
            }
            else
            {
                // POSIX promises no crash in one piece across folders: each folder learns its half when it is synced.
                targetFolder.Put(DiskPath.NameOf(target), node);
                sourceFolder.Remove(DiskPath.NameOf(source));
            }
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        string normal = DiskPath.Normalize(path);
        lock (Gate)
        {
            FolderNode folder = _tree.Find(normal) as FolderNode ?? throw DiskRefusals.NotFound(path, "syncing the folder");
            DiskOperation operation = Operations.Enter(DiskOperationKind.SyncFolder, normal);
            if (Operations.Fails(operation))
            {
                folder.LosePending();
                throw Operations.Failed(operation);
            }

            folder.Sync();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string path)
    {
        lock (Gate)
        {
            return _tree.List<FileNode>(path, "listing the files");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFolders(string path)
    {
        lock (Gate)
        {
            return _tree.List<FolderNode>(path, "listing the folders");
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        lock (Gate)
        {
            FileNode file = FindOrCreate(path, DiskFileMode.OpenOrCreate);
            return _locked.Add(file) ? new SimulatedLock(this, _locked, file) : null;
        }
    }

    internal void CheckAlive(long life, string path)
    {
        if (life != _life)
        {
            throw new SimulatedCrashException($"{path} was opened before the last crash.");
        }
    }

    internal DiskException Full(in DiskOperation operation)
    {
        Operations.Outcome(DiskErrors.Full.Name);
        return new DiskException(
            DiskErrors.Full, operation.Path, $"{operation} found no room in {CapacityBytes} bytes", "Give the simulated disk more room.");
    }

    private void Restart(string how)
    {
        _life++;
        _locked = [];
        Operations.Restart(how);
    }

    private FileNode FindOrCreate(string path, DiskFileMode mode)
    {
        string normal = DiskPath.Normalize(path);
        string verb = mode == DiskFileMode.CreateNew ? "creating the file" : "opening the file";
        object? node = _tree.Find(normal);
        if (node is FolderNode || (node is not null && mode == DiskFileMode.CreateNew))
        {
            throw DiskRefusals.Exists(path, verb);
        }

        if (node is null && mode == DiskFileMode.Existing)
        {
            throw DiskRefusals.NotFound(path, verb);
        }

        FolderNode folder = _tree.FolderOf(normal, verb);
        Operations.EnterOrFail(node is null ? DiskOperationKind.Create : DiskOperationKind.Open, normal);
        if (node is FileNode file)
        {
            return file;
        }

        file = new FileNode();
        folder.Put(DiskPath.NameOf(normal), file);
        return file;
    }

    private FolderNode MakeFolder(string path)
    {
        switch (_tree.Find(path))
        {
            case FolderNode folder:
                return folder;
            case FileNode:
                throw DiskRefusals.Exists(path, "creating the folder");
        }

        FolderNode parent = MakeFolder(DiskPath.FolderOf(path));
        Operations.EnterOrFail(DiskOperationKind.CreateFolder, path);
        var made = new FolderNode();
        parent.Put(DiskPath.NameOf(path), made);
        return made;
    }
}
