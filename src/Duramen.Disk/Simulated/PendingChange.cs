namespace Duramen.Disk.Simulated;

/// <summary>A change of a file's bytes that no sync has made durable.</summary>
/// <param name="Data">The bytes of a write; null for a change of length.</param>
/// <param name="Position">Where the write began, or the new length.</param>
/// <param name="IsDurable">A direct write: it survives whole, but stands behind changes that may not, so that it is applied in its turn.</param>
internal readonly record struct PendingChange(byte[]? Data, long Position, bool IsDurable = false)
{
    public void ApplyTo(Memory.MemoryFileContent content)
    {
        if (Data is null)
        {
            content.SetLength(Position);
        }
        else
        {
            content.Write(Data, Position);
        }
    }
}
