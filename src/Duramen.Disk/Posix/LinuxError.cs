namespace Duramen.Disk.Posix;

/// <summary>The numbers of the system errors that are told apart; the same on x64 and arm64 Linux.</summary>
internal static class LinuxError
{
    public const int NotPermitted = 1; // EPERM
    public const int NoEntry = 2; // ENOENT
    public const int Interrupted = 4; // EINTR
    public const int InputOutput = 5; // EIO
    public const int WouldBlock = 11; // EAGAIN, EWOULDBLOCK
    public const int AccessDenied = 13; // EACCES
    public const int Exists = 17; // EEXIST
    public const int CrossDevice = 18; // EXDEV
    public const int NotFolder = 20; // ENOTDIR
    public const int IsFolder = 21; // EISDIR
    public const int InvalidArgument = 22; // EINVAL
    public const int SystemFileLimit = 23; // ENFILE
    public const int ProcessFileLimit = 24; // EMFILE
    public const int FileTooBig = 27; // EFBIG
    public const int NoSpace = 28; // ENOSPC
    public const int ReadOnly = 30; // EROFS
    public const int NameTooLong = 36; // ENAMETOOLONG
    public const int NotImplemented = 38; // ENOSYS
    public const int SymbolicLink = 40; // ELOOP
    public const int NotSupported = 95; // EOPNOTSUPP
    public const int Quota = 122; // EDQUOT
}
