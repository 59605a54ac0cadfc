using Duramen.Core.Errors;

namespace Duramen.Disk;

/// <summary>The codes of everything a disk can refuse.</summary>
public static class DiskErrors
{
    /// <summary>There is no room left on the device or within the quota.</summary>
    public static ErrorCode Full => new("disk-full");

    /// <summary>Reading or writing failed in the device or file system.</summary>
    public static ErrorCode InputOutput => new("disk-io");

    /// <summary>A sync failed, so that unsynced bytes may be lost; never retried.</summary>
    public static ErrorCode SyncFailed => new("disk-sync-failed");

    /// <summary>A file or folder that was asked for is not there.</summary>
    public static ErrorCode NotFound => new("disk-not-found");

    /// <summary>A file that was to be created is there already.</summary>
    public static ErrorCode Exists => new("disk-exists");

    /// <summary>The operating system denies access, or the file system is mounted read-only.</summary>
    public static ErrorCode AccessDenied => new("disk-access-denied");

    /// <summary>This operating system or processor is not one whose durability rules this disk knows.</summary>
    public static ErrorCode PlatformNotSupported => new("disk-platform-not-supported");
}
