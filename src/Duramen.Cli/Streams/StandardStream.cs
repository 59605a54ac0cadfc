using System.Runtime.InteropServices;

namespace Duramen.Cli.Streams;

/// <summary>The three descriptors that a process is started with, if whoever started it gave them.</summary>
internal static class StandardStream
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;

    /// <summary>
    /// Whether the process was given the stream. When it was not, the runtime's own pipes and files have taken the number, and must be neither read nor
    /// written. They are told from a given stream by the flag that closes a descriptor when a program is started: what came through
    /// that start cannot have it, and the runtime sets it on everything it opens.
    /// </summary>
    public static bool IsGiven(int stream) => LibC.Control(stream, LibC.GetDescriptorFlags) == 0;

    /// <summary>How many columns the terminal has that a stream goes to; 0 where it goes elsewhere, or nobody knows.</summary>
    public static int Columns(int stream)
    {
        LibC.WindowSize size = default;
        return IsGiven(stream) && LibC.IsTerminal(stream) != 0 && LibC.ControlTerminal(stream, LibC.GetWindowSize, ref size) == 0 ? size.Columns : 0;
    }

    /// <summary>Writes all the bytes, waiting where the reader is slow. Returns 0, or the system's number of the error.</summary>
    public static unsafe int Write(int stream, ReadOnlySpan<byte> bytes)
    {
        if (!IsGiven(stream))
        {
            return LibC.BadDescriptor;
        }

        fixed (byte* first = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint written = LibC.Write(stream, first + done, (nuint)(bytes.Length - done));
                if (written >= 0)
                {
                    done += (int)written;
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == LibC.TryAgain)
                {
                    var request = new LibC.PollRequest { Descriptor = stream, Wanted = LibC.CanWrite };
                    _ = LibC.Poll(ref request, 1, -1);
                }
                else if (error != LibC.Interrupted)
                {
                    return error;
                }
            }
        }

        return 0;
    }
}
