using Microsoft.Win32.SafeHandles;

namespace Duramen.Disk.Posix;

/// <summary>
/// Owns one descriptor: closed once, after the last call that uses it has returned; every call after that throws
/// <see cref="ObjectDisposedException"/> instead of reaching a descriptor that the system has given to someone else.
/// </summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    private FileDescriptor(int number)
        : base(ownsHandle: true) => SetHandle(number);

    /// <summary>Opens a path; returns null and the system's error when that fails.</summary>
    public static FileDescriptor? Open(string path, int flags, out int error)
    {
        while (true)
        {
            int number = LibC.Open(path, flags | OpenFlags.CloseOnExec, PosixDisk.FilePermissions);
            if (number >= 0)
            {
                error = 0;
                return new FileDescriptor(number);
            }

            error = LibC.LastError;
            if (error != LinuxError.Interrupted)
            {
                return null;
            }
        }
    }

    // An error of close says nothing that a sync would not have said, and Linux has freed the number in any case.
    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
