using Duramen.Core.Errors;

namespace Duramen.Disk.Simulated;

/// <summary>One opening of a simulated file; dead after the next crash of process or power.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, string path, FileNode node, DiskFileCache cache, long life) : IDiskFile
{
    private readonly string _normalPath = DiskPath.Normalize(path);
    private volatile bool _disposed;

    public string Path => path;

    public long Length
    {
        get
        {
            lock (disk.Gate)
            {
                CheckAlive();
                return node.Live.Length;
            }
        }
    }

    private bool IsDirect => cache == DiskFileCache.DirectDurable;

    public int Read(Span<byte> destination, long position)
    {
        Check(destination, position);
        lock (disk.Gate)
        {
            DiskOperation operation = Enter(DiskOperationKind.Read, position, destination.Length);
            return disk.Operations.Fails(operation) ? throw disk.Operations.Failed(operation) : Read(node, destination, position);
        }
    }

    public void Write(ReadOnlySpan<byte> data, long position)
    {
        Check(data, position);
        lock (disk.Gate)
        {
            DiskOperation operation = EnterWrite(data, position);
            if (disk.Operations.Fails(operation))
            {
                int written = disk.Random.Below(data.Length + 1);
                node.Allocate(position, written, long.MaxValue);
                node.Write(data[..written], position, durable: false);
                throw disk.Operations.Failed(operation);
            }

            int fitting = (int)node.Allocate(position, data.Length, disk.FreeBlocks);
            node.Write(data[..fitting], position, IsDirect);
            if (fitting < data.Length)
            {
                throw disk.Full(operation);
            }
        }
    }

    public bool TryReserve(long position, long lengthBytes)
    {
        Invariant.Holds(position >= 0 && lengthBytes > 0);
        lock (disk.Gate)
        {
            DiskOperation operation = Enter(DiskOperationKind.Reserve, position, lengthBytes);
            if (disk.Operations.Fails(operation))
            {
                throw disk.Operations.Failed(operation);
            }

            return node.Allocate(position, lengthBytes, disk.FreeBlocks) == lengthBytes ? true : throw disk.Full(operation);
        }
    }

    public void SetLength(long lengthBytes)
    {
        Invariant.Holds(lengthBytes >= 0);
        lock (disk.Gate)
        {
            DiskOperation operation = Enter(DiskOperationKind.SetLength, lengthBytes, 0);
            if (disk.Operations.Fails(operation))
            {
                throw disk.Operations.Failed(operation);
            }

            node.SetLength(lengthBytes);
        }
    }

    public void StartWriteback(long position, long lengthBytes)
    {
        // A hint cannot change what a crash may leave: unsynced bytes may survive or not in any case.
        Invariant.Holds(position >= 0 && lengthBytes >= 0);
        lock (disk.Gate)
        {
            CheckAlive();
        }
    }

    public void Sync()
    {
        lock (disk.Gate)
        {
            DiskOperation operation = Enter(DiskOperationKind.Sync, 0, 0);
            if (disk.Operations.Fails(operation))
            {
                node.LosePending();
                throw disk.Operations.Failed(operation);
            }

            node.Sync();
        }
    }

    public void Dispose() => _disposed = true;

    private int Read(FileNode file, Span<byte> destination, long position) =>
        IsDirect ? file.ReadDevice(destination, position) : file.Live.Read(destination, position);

    private DiskOperation Enter(DiskOperationKind kind, long position, long lengthBytes)
    {
        CheckAlive();
        return disk.Operations.Enter(kind, _normalPath, position, lengthBytes);
    }

    /// <summary>Begins a write. A direct one that the machine goes down in may have reached the device in part.</summary>
    private DiskOperation EnterWrite(ReadOnlySpan<byte> data, long position)
    {
        CheckAlive();
        bool goesDownHere = IsDirect && !disk.Operations.IsDown;
        try
        {
            return disk.Operations.Enter(DiskOperationKind.Write, _normalPath, position, data.Length);
        }
        catch (SimulatedCrashException) when (goesDownHere)
        {
            node.WriteInFlight(data, position);
            throw;
        }
    }

    private void CheckAlive()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        disk.CheckAlive(life, path);
    }

    private void Check(ReadOnlySpan<byte> data, long position)
    {
        Invariant.Holds(position >= 0);
        if (IsDirect)
        {
            DirectAccess.Check(data, position);
        }
    }
}
