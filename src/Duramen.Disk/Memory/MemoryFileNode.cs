namespace Duramen.Disk.Memory;

/// <summary>A file apart from its names and openings.</summary>
internal sealed class MemoryFileNode
{
    /// <summary>Held while <see cref="Content"/> is touched.</summary>
    public Lock Gate { get; } = new();

    public MemoryFileContent Content { get; } = new();

    /// <summary>Whether somebody holds the lock that this file stands for; guarded by the disk's own gate.</summary>
    public bool Locked { get; set; }
}
