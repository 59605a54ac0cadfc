namespace Duramen.Disk.Simulated;

/// <summary>
/// The machine or the process is gone at this point. Not a <see cref="DiskException"/>, since code that handles failures of a disk must
/// not get to handle its own end. Thrown by the disk, or by a test's <see cref="SimulatedDisk.BeforeOperation"/> to crash there.
/// </summary>
public sealed class SimulatedCrashException : Exception
{
    /// <summary>Crashes for a reason.</summary>
    public SimulatedCrashException(string message)
        : base(message)
    {
    }
}
