namespace Duramen.Disk;

/// <summary>Whether a file's bytes pass through the operating system's page cache.</summary>
public enum DiskFileCache
{
    /// <summary>Reads and writes go through the page cache; a write is durable after <see cref="IDiskFile.Sync"/>.</summary>
    Buffered,

    /// <summary>
    /// Writes go round the page cache and are durable when they return (O_DIRECT and O_DSYNC), at the price that position, length and
    /// memory address of each write, and of each read, are multiples of <see cref="AlignedBuffer.AlignmentBytes"/>. On a file system that knows no direct access
    /// (tmpfs) the same promise is kept by a buffered write followed by a sync.
    /// </summary>
    DirectDurable,
}
