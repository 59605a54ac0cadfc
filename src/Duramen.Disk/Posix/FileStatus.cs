using System.Runtime.InteropServices;

namespace Duramen.Disk.Posix;

/// <summary>The parts of statx(2)'s answer in use; unlike stat(2)'s, its layout is the same on every processor.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    [FieldOffset(28)]
    private readonly ushort _mode;

    [FieldOffset(40)]
    private readonly long _sizeBytes;

    private const int FormatMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeModeSize = 0x1 | 0x2 | 0x200;

    public readonly bool IsFile => (_mode & FormatMask) == Regular;

    public readonly bool IsFolder => (_mode & FormatMask) == Folder;

    public readonly long SizeBytes => _sizeBytes;

    /// <summary>Looks at a path; false when nothing is there. A link to a folder counts as the folder, a link to a file as nothing.</summary>
    public static unsafe bool TryGet(string path, bool follow, out FileStatus status)
    {
        DiskPath.Check(path);
        status = default;
        fixed (FileStatus* memory = &status)
        {
            if (LibC.Status(CurrentFolder, path, follow ? 0 : NoFollow, TypeModeSize, memory) == 0)
            {
                return true;
            }
        }

        int error = LibC.LastError;
        return error is LinuxError.NoEntry or LinuxError.NotFolder ? false : throw PosixErrors.Of(error, path, "looking at the path");
    }
}
