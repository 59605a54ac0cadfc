using System.Runtime.InteropServices;
using Duramen.Core.Errors;

namespace Duramen.Cli.Streams;

/// <summary>Standard input as bytes: what is there at once, without waiting for more.</summary>
internal static class StandardInput
{
    /// <summary>Tells a person at the terminal, who would wait for something to happen, what is to be typed.</summary>
    public static void Invite()
    {
        if (StandardStream.IsGiven(StandardStream.Input) && LibC.IsTerminal(StandardStream.Input) != 0)
        {
            Messages.Tell("Each line that you type is a record; Ctrl-D at the beginning of one ends the input.");
        }
    }

    /// <summary>Whether a read would return at once: with bytes, at the end, or with an error.</summary>
    public static bool IsReady(int timeoutMs)
    {
        if (!StandardStream.IsGiven(StandardStream.Input))
        {
            return true;
        }

        var request = new LibC.PollRequest { Descriptor = StandardStream.Input, Wanted = LibC.CanRead };
        return LibC.Poll(ref request, 1, timeoutMs) > 0;
    }

    /// <summary>Reads what is there, waiting for the first byte; 0 at the end.</summary>
    /// <exception cref="DuramenException"><see cref="CliErrors.InputFailed"/>.</exception>
    public static unsafe int Read(Span<byte> destination)
    {
        if (!StandardStream.IsGiven(StandardStream.Input))
        {
            throw Failed(LibC.BadDescriptor);
        }

        fixed (byte* buffer = destination)
        {
            while (true)
            {
                nint read = LibC.Read(StandardStream.Input, buffer, (nuint)destination.Length);
                if (read >= 0)
                {
                    return (int)read;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == LibC.TryAgain)
                {
                    IsReady(-1);
                }
                else if (error != LibC.Interrupted)
                {
                    throw Failed(error);
                }
            }
        }
    }

    private static DuramenException Failed(int error) =>
        new(CliErrors.InputFailed, $"Standard input cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.", "Check where it comes from.");
}
