namespace Duramen.Disk.Simulated;

/// <summary>One operation on a simulated disk.</summary>
/// <param name="Number">Its place among all operations that count, from 1; one that does not count has the number of the one before it.</param>
/// <param name="Kind">What was asked.</param>
/// <param name="Path">The file or folder.</param>
/// <param name="Position">Where in the file; for <see cref="DiskOperationKind.SetLength"/> the new length.</param>
/// <param name="LengthBytes">How many bytes; 0 where that has no meaning.</param>
public readonly record struct DiskOperation(long Number, DiskOperationKind Kind, string Path, long Position, long LengthBytes)
{
    /// <summary>Whether this operation may change what a crash leaves, and so is one that a sweep over crashes must try.</summary>
    public bool Counts => Kind is not (DiskOperationKind.Read or DiskOperationKind.Open);

    /// <summary>One line of a trace.</summary>
    public override string ToString() => Kind switch
    {
        DiskOperationKind.Read or DiskOperationKind.Write or DiskOperationKind.Reserve =>
            $"#{Number} {Kind} {Path} [{Position}, {Position + LengthBytes})",
        DiskOperationKind.SetLength => $"#{Number} {Kind} {Path} to {Position}",
        _ => $"#{Number} {Kind} {Path}",
    };
}
