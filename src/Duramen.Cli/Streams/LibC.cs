using System.Runtime.InteropServices;

namespace Duramen.Cli.Streams;

/// <summary>
/// The C library's calls on the standard streams. They are called directly because the runtime's console stream takes a closed pipe for
/// success, and its file stream writes at positions of its own, which overwrites what another program on the same output wrote.
/// </summary>
internal static partial class LibC
{
    public const int Interrupted = 4; // EINTR
    public const int BadDescriptor = 9; // EBADF
    public const int TryAgain = 11; // EAGAIN
    public const int BrokenPipe = 32; // EPIPE
    public const int GetDescriptorFlags = 1; // F_GETFD
    public const nuint GetWindowSize = 0x5413; // TIOCGWINSZ
    public const short CanRead = 1; // POLLIN
    public const short CanWrite = 4; // POLLOUT

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollRequest request, nuint count, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "fcntl")]
    public static partial int Control(int descriptor, int command);

    [LibraryImport(Library, EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport(Library, EntryPoint = "ioctl")]
    public static partial int ControlTerminal(int descriptor, nuint request, ref WindowSize size);

    /// <summary>The size of a terminal, as the system lays it out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort WidthPixels;
        public ushort HeightPixels;
    }

    /// <summary>What <c>poll</c> is asked about one descriptor, as the system lays it out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollRequest
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
