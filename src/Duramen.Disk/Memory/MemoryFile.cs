using Duramen.Core.Errors;

namespace Duramen.Disk.Memory;

/// <summary>One opening of a file in memory. The content outlives its name, as with a real file.</summary>
internal sealed class MemoryFile(string path, MemoryFileNode node, DiskFileCache cache) : IDiskFile
{
    private readonly bool _aligned = cache == DiskFileCache.DirectDurable;
    private volatile bool _disposed;

    public string Path => path;

    public long Length
    {
        get
        {
            lock (Open())
            {
                return node.Content.Length;
            }
        }
    }

    public int Read(Span<byte> destination, long position)
    {
        Check(destination, position);
        lock (Open())
        {
            return node.Content.Read(destination, position);
        }
    }

    public void Write(ReadOnlySpan<byte> data, long position)
    {
        Check(data, position);
        lock (Open())
        {
            node.Content.Write(data, position);
        }
    }

    public bool TryReserve(long position, long lengthBytes)
    {
        Invariant.Holds(position >= 0 && lengthBytes > 0);
        Open();
        return true;
    }

    public void SetLength(long lengthBytes)
    {
        Invariant.Holds(lengthBytes >= 0);
        lock (Open())
        {
            node.Content.SetLength(lengthBytes);
        }
    }

    public void StartWriteback(long position, long lengthBytes)
    {
        Invariant.Holds(position >= 0 && lengthBytes >= 0);
        Open();
    }

    public void Sync() => Open();

    public void Dispose() => _disposed = true;

    private void Check(ReadOnlySpan<byte> data, long position)
    {
        Invariant.Holds(position >= 0);
        if (_aligned)
        {
            DirectAccess.Check(data, position);
        }
    }

    private Lock Open()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return node.Gate;
    }
}
