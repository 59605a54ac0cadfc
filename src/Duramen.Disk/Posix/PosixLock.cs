namespace Duramen.Disk.Posix;

/// <summary>Holds a lock by the descriptor that took it.</summary>
internal sealed class PosixLock(FileDescriptor file) : IDisposable
{
    private int _released;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            // Closing alone would leave the lock to a child process that has been forked and has not yet called exec.
            _ = LibC.Lock(file, LibC.LockRelease);
            file.Dispose();
        }
    }
}
