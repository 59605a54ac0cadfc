namespace Duramen.Disk.Simulated;

/// <summary>
/// Operations that fail: syncs with <c>disk-sync-failed</c>, all others with <c>disk-io</c>. A failed sync of a file loses what it should have
/// made durable, although reading still shows it and the next sync succeeds, as on Linux; a failed write leaves a part of its bytes.
/// </summary>
/// <param name="Kind">What fails.</param>
/// <param name="Path">On which file or folder; null for any.</param>
/// <param name="Times">How often, before the disk works again.</param>
/// <param name="Position">Where the bad range of a file begins; only operations that touch it fail.</param>
/// <param name="LengthBytes">How long the bad range is.</param>
public sealed record DiskFault(
    DiskOperationKind Kind, string? Path = null, long Times = long.MaxValue, long Position = 0, long LengthBytes = long.MaxValue)
{
    internal bool Concerns(in DiskOperation operation)
    {
        if (operation.Kind != Kind || (Path is not null && DiskPath.Normalize(Path) != operation.Path))
        {
            return false;
        }

        bool ranged = Kind is DiskOperationKind.Read or DiskOperationKind.Write or DiskOperationKind.Reserve;
        return !ranged || (operation.Position - Position < LengthBytes && operation.Position + operation.LengthBytes > Position);
    }
}
