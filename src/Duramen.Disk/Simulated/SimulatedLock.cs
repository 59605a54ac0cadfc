namespace Duramen.Disk.Simulated;

/// <summary>Holds the lock of a file.</summary>
/// <param name="disk">The disk.</param>
/// <param name="locked">
/// The locked files at the time of taking: a crash starts a new set, so that a holder from before cannot release the lock of one after.
/// </param>
/// <param name="file">The file.</param>
internal sealed class SimulatedLock(SimulatedDisk disk, HashSet<FileNode> locked, FileNode file) : IDisposable
{
    private bool _released;

    public void Dispose()
    {
        lock (disk.Gate)
        {
            if (!_released)
            {
                _released = true;
                locked.Remove(file);
            }
        }
    }
}
