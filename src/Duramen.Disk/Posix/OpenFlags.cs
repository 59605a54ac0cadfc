using System.Runtime.InteropServices;

namespace Duramen.Disk.Posix;

/// <summary>The flags of open(2). Three of them have other values on arm64 than on x64.</summary>
internal static class OpenFlags
{
    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int DataSync = 0x1000;
    public const int CloseOnExec = 0x80000;

    private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int Direct => IsArm64 ? 0x10000 : 0x4000;

    public static int Folder => IsArm64 ? 0x4000 : 0x10000;

    public static int NoFollow => IsArm64 ? 0x8000 : 0x20000;
}
