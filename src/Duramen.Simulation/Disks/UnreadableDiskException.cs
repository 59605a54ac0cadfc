namespace Duramen.Simulation.Disks;

/// <summary>A disk fails to read. It goes through the replica that asked for an entry; whose node is then stopped, since nobody knows what a step that ended like this left behind.</summary>
internal sealed class UnreadableDiskException : Exception
{
    public UnreadableDiskException()
        : base("The device fails to read.")
    {
    }
}
