namespace Duramen.Disk;

/// <summary>What disks that exist only in memory say where the operating system would say it on a real one.</summary>
internal static class DiskRefusals
{
    public static DiskException NotFound(string path, string operation) => new(
        DiskErrors.NotFound, path, $"{operation} failed: no such file or folder", "Check that the path and the folder that holds it exist.");

    public static DiskException Exists(string path, string operation) => new(
        DiskErrors.Exists, path, $"{operation} failed: the name is taken", "Choose another name, or remove what has this one if nobody needs it.");
}
