namespace Duramen.Disk;

/// <summary>
/// Deletes large files without holding up whoever syncs others on the same file system: while one is freed in one go, no sync ends.
/// <para>
/// The name goes first and the bytes after it. So a name never stands for a part of a file while this runs, and a process that dies in the middle leaves nothing. A power cut may keep the cuts and bring the
/// name back, as any that was not synced: whoever deletes files must be able to delete what is left of one. Nobody else may have the file open, since what it reads would end.
/// </para>
/// </summary>
public static class GradualDeletion
{
    /// <summary>
    /// How much is given back at a time. On ext4 with discard the longest sync of another file took 82 to 120 ms while two files of 1 GiB were deleted in one go, and 14 to 32 in such pieces; pieces of 64 MiB
    /// made it 27 to 105. Deleting took as long in each, 0.4 s for a GiB. `duramen bench delete` measures what appends see of it.
    /// </summary>
    public const long PieceBytes = 8 << 20;

    /// <summary>Deletes a file piece by piece; does nothing when it is not there.</summary>
    public static void DeleteGradually(this IDisk disk, string path, long pieceBytes = PieceBytes)
    {
        ArgumentNullException.ThrowIfNull(disk);
        if (disk.FileLength(path) <= pieceBytes)
        {
            disk.DeleteFile(path);
            return;
        }

        using IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        disk.DeleteGradually(file, pieceBytes);
    }

    /// <summary>Deletes a file that is open, and may only be closed after it, piece by piece.</summary>
    public static void DeleteGradually(this IDisk disk, IDiskFile file, long pieceBytes = PieceBytes)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceBytes, 1);
        disk.DeleteFile(file.Path);

        // The last piece is freed when the file is closed.
        for (long length = file.Length - pieceBytes; length > 0; length -= pieceBytes)
        {
            file.SetLength(length);
        }
    }
}
