using System.Runtime.InteropServices;
using Duramen.Core.Errors;

namespace Duramen.Disk.Posix;

/// <summary>Turns a system error into the error that a caller of <see cref="IDisk"/> is promised.</summary>
internal static class PosixErrors
{
    /// <summary>The error of any operation but a sync.</summary>
    public static DiskException Of(int error, string path, string operation)
    {
        (ErrorCode code, string remedy) = Explain(error);
        return new DiskException(code, path, Describe(error, operation), remedy);
    }

    /// <summary>The error of a sync, whatever the system called it: every cause means that written bytes may be lost.</summary>
    public static DiskException OfSync(int error, string path, string operation) => new(
        DiskErrors.SyncFailed,
        path,
        Describe(error, operation),
        "Bytes written since the last sync may be lost although they still read back; check the device and the kernel log, then restart.");

    private static string Describe(int error, string operation) =>
        $"{operation} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})";

    private static (ErrorCode Code, string Remedy) Explain(int error) => error switch
    {
        LinuxError.NoSpace => (DiskErrors.Full, "Free space on this file system or give it more."),
        LinuxError.Quota => (DiskErrors.Full, "Free space, or raise the disk quota of this user."),
        LinuxError.InputOutput => (DiskErrors.InputOutput, "Check the device and the kernel log."),
        LinuxError.ReadOnly => (
            DiskErrors.AccessDenied,
            "The file system is mounted read-only, which Linux also does after an error; check the kernel log, then remount it."),
        LinuxError.AccessDenied or LinuxError.NotPermitted => (
            DiskErrors.AccessDenied, "Give the user that runs this process access to the path."),
        LinuxError.SymbolicLink => (DiskErrors.AccessDenied, "The path ends in a symbolic link, which is not followed; name the file itself."),
        LinuxError.NoEntry => (DiskErrors.NotFound, "Check that the path and the folder that holds it exist."),
        LinuxError.NotFolder => (DiskErrors.NotFound, "A part of the path is a file where a folder is needed."),
        LinuxError.Exists => (DiskErrors.Exists, "Choose another name, or remove what has this one if nobody needs it."),
        LinuxError.IsFolder => (DiskErrors.Exists, "A folder has the name that a file needs; remove it, or choose another name."),
        LinuxError.FileTooBig => (
            DiskErrors.InputOutput, "The file would exceed what its file system or this process may hold (ulimit -f)."),
        LinuxError.InvalidArgument => (
            DiskErrors.InputOutput, "The file system does not accept this position, length or option; is it a supported one (ext4, XFS)?"),
        LinuxError.ProcessFileLimit => (DiskErrors.InputOutput, "Raise the limit of open files of this process (ulimit -n)."),
        LinuxError.SystemFileLimit => (DiskErrors.InputOutput, "Raise the system's limit of open files (sysctl fs.file-max)."),
        LinuxError.NameTooLong => (DiskErrors.InputOutput, "Choose a shorter path."),
        LinuxError.CrossDevice => (DiskErrors.InputOutput, "Both names must be on one file system."),
        _ => (DiskErrors.InputOutput, "Check the device, its file system and the kernel log."),
    };
}
