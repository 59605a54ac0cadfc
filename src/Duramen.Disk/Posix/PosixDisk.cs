using System.Runtime.InteropServices;
using Duramen.Core.Errors;

namespace Duramen.Disk.Posix;

/// <summary>
/// The file systems of the operating system (Linux on x64 or arm64). Every promise of <see cref="IDisk"/> is kept by the system call that
/// makes it, and every failure of such a call is reported.
/// </summary>
public sealed class PosixDisk : IDisk
{
    /// <summary>0600: a log may hold anything, so only its owner reads it.</summary>
    internal const uint FilePermissions = 0x180;

    /// <summary>0700.</summary>
    private const uint FolderPermissions = 0x1C0;

    /// <summary>Makes the disk.</summary>
    /// <exception cref="DiskException">Code <c>disk-platform-not-supported</c>: this is no Linux on x64 or arm64.</exception>
    public PosixDisk()
    {
        if (!IsSupported)
        {
            throw new DiskException(
                DiskErrors.PlatformNotSupported,
                "/",
                $"{RuntimeInformation.OSDescription} on {RuntimeInformation.ProcessArchitecture} is not supported",
                "Run on Linux (x64 or arm64), or keep the data in memory.");
        }
    }

    /// <summary>Whether this machine's durability rules are known here.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskFileMode mode, DiskFileCache cache = DiskFileCache.Buffered)
    {
        DiskPath.Check(path);
        int flags = OpenFlags.ReadWrite | OpenFlags.NoFollow;
        flags |= mode switch
        {
            DiskFileMode.CreateNew => OpenFlags.Create | OpenFlags.Exclusive,
            DiskFileMode.OpenOrCreate => OpenFlags.Create,
            _ => 0,
        };
        flags |= cache == DiskFileCache.DirectDurable ? OpenFlags.DataSync : 0;
        FileDescriptor descriptor = FileDescriptor.Open(path, flags, out int error)
            ?? throw PosixErrors.Of(error, path, mode == DiskFileMode.CreateNew ? "creating the file" : "opening the file");
        return new PosixFile(path, descriptor, cache);
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => FileStatus.TryGet(path, follow: false, out FileStatus status) && status.IsFile;

    /// <inheritdoc/>
    public long FileLength(string path) =>
        FileStatus.TryGet(path, follow: false, out FileStatus status) && status.IsFile ? status.SizeBytes : -1;

    /// <inheritdoc/>
    public bool FolderExists(string path) => FileStatus.TryGet(path, follow: true, out FileStatus status) && status.IsFolder;

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        if (FolderExists(path))
        {
            return;
        }

        string parent = DiskPath.FolderOf(DiskPath.Normalize(path));
        if (parent.Length > 0)
        {
            CreateFolder(parent);
        }

        // Somebody else may have created it since; only a file in its place is wrong.
        if (LibC.MakeFolder(path, FolderPermissions) != 0 && LibC.LastError is int error && !(error == LinuxError.Exists && FolderExists(path)))
        {
            throw PosixErrors.Of(error, path, "creating the folder");
        }
    }

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        DiskPath.Check(path);
        if (LibC.Unlink(path) != 0 && LibC.LastError is int error && error is not (LinuxError.NoEntry or LinuxError.NotFolder))
        {
            throw PosixErrors.Of(error, path, "deleting the file");
        }
    }

    /// <inheritdoc/>
    public void DeleteFolder(string path)
    {
        if (FolderExists(path))
        {
            Managed(path, "deleting the folder", static path =>
            {
                Directory.Delete(path, recursive: true);
                return true;
            });
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        DiskPath.Check(to);
        if (FileStatus.TryGet(from, follow: false, out FileStatus status) && status.IsFolder)
        {
            throw PosixErrors.Of(LinuxError.IsFolder, from, $"renaming the file to {to}");
        }

        if (LibC.Rename(from, to) != 0)
        {
            throw PosixErrors.Of(LibC.LastError, from, $"renaming the file to {to}");
        }
    }

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        DiskPath.Check(path);
        using FileDescriptor folder = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.Folder, out int error)
            ?? throw PosixErrors.Of(error, path, "opening the folder to sync it");
        while (LibC.Sync(folder) != 0)
        {
            error = LibC.LastError;
            if (error != LinuxError.Interrupted)
            {
                throw PosixErrors.OfSync(error, path, "syncing the folder");
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string path) => Managed(path, "listing the files", static path => Names(Directory.GetFiles(path)));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFolders(string path) =>
        Managed(path, "listing the folders", static path => Names(Directory.GetDirectories(path)));

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        DiskPath.Check(path);
        FileDescriptor file = FileDescriptor.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, out int error)
            ?? throw PosixErrors.Of(error, path, "opening the lock file");

        // flock(2) belongs to this opening of the file: a second one, in this process too, is refused, and the kernel drops it with the process.
        while (LibC.Lock(file, LibC.LockExclusive | LibC.LockNonBlocking) != 0)
        {
            error = LibC.LastError;
            if (error != LinuxError.Interrupted)
            {
                file.Dispose();
                return error == LinuxError.WouldBlock ? null : throw PosixErrors.Of(error, path, "locking the file");
            }
        }

        return new PosixLock(file);
    }

    private static string[] Names(string[] paths)
    {
        for (int i = 0; i < paths.Length; i++)
        {
            paths[i] = Path.GetFileName(paths[i]);
        }

        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }

    /// <summary>Runs a call of the runtime's own library where it reports every failure, and gives its failures our codes.</summary>
    private static T Managed<T>(string path, string operation, Func<string, T> call)
    {
        DiskPath.Check(path);
        try
        {
            return call(path);
        }
        catch (DirectoryNotFoundException cause)
        {
            throw new DiskException(DiskErrors.NotFound, path, $"{operation} failed: no such folder", "Check the path.", cause);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new DiskException(
                DiskErrors.AccessDenied,
                path,
                $"{operation} failed: {cause.Message.TrimEnd('.')}",
                "Give the user that runs this process access to the path.",
                cause);
        }
        catch (IOException cause)
        {
            throw new DiskException(
                DiskErrors.InputOutput, path, $"{operation} failed: {cause.Message.TrimEnd('.')}", "Check the path and the kernel log.", cause);
        }
    }
}
