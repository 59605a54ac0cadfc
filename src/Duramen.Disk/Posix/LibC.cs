using System.Runtime.InteropServices;

namespace Duramen.Disk.Posix;

/// <summary>
/// The C library's file calls. They are called directly because the runtime's own flush calls return normally when the kernel reports
/// that a sync failed, and because it has none for folders, locks and reservations.
/// </summary>
internal static partial class LibC
{
    public const int SetStatusFlags = 4; // F_SETFL
    public const int SeekEnd = 2;
    public const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    public const uint StartWrite = 2; // SYNC_FILE_RANGE_WRITE
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const int LockRelease = 8;

    private const string Library = "libc";

    public static int LastError => Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(FileDescriptor file, int command, int argument);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    public static unsafe partial nint Read(FileDescriptor file, byte* buffer, nuint count, long position);

    [LibraryImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    public static unsafe partial nint Write(FileDescriptor file, byte* buffer, nuint count, long position);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(FileDescriptor file, long position, int origin);

    [LibraryImport(Library, EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(FileDescriptor file);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(FileDescriptor file);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(FileDescriptor file, long length);

    [LibraryImport(Library, EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(FileDescriptor file, int mode, long position, long length);

    [LibraryImport(Library, EntryPoint = "sync_file_range", SetLastError = true)]
    public static partial int SyncRange(FileDescriptor file, long position, long length, uint flags);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(FileDescriptor file, int operation);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport(Library, EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFolder(string path, uint mode);

    [LibraryImport(Library, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int Status(int folder, string path, int flags, uint mask, FileStatus* status);
}
