using System.Runtime.InteropServices;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;

namespace Duramen.Cli.Streams;

/// <summary>
/// Standard output as bytes, gathered and written in large pieces. <see cref="Buffer"/> may be written to directly; call <see cref="FlushIfLarge"/>
/// now and then, and <see cref="Flush"/> at the end. One owner, one thread.
/// </summary>
internal sealed class StandardOutput : IDisposable
{
    // As much as a pipe holds several times over; larger pieces do not make it faster.
    private const int PieceBytes = 256 << 10;

    /// <summary>What is not written yet.</summary>
    public PooledBuffer Buffer { get; } = new();

    public void WriteLine(string text)
    {
        Encoding.UTF8.GetBytes(text, Buffer);
        EndLine();
    }

    public void EndLine()
    {
        Buffer.Write("\n"u8);
        FlushIfLarge();
    }

    public void FlushIfLarge()
    {
        if (Buffer.Length >= PieceBytes)
        {
            Flush();
        }
    }

    /// <summary>Writes what is gathered.</summary>
    /// <exception cref="OutputClosedException">Whoever read the output has gone.</exception>
    /// <exception cref="DuramenException"><see cref="CliErrors.OutputFailed"/>.</exception>
    public unsafe void Flush()
    {
        Span<byte> rest = Buffer.WrittenSpan;
        fixed (byte* bytes = rest)
        {
            int done = 0;
            while (done < rest.Length)
            {
                nint written = LibC.Write(LibC.StandardOutput, bytes + done, (nuint)(rest.Length - done));
                if (written >= 0)
                {
                    done += (int)written;
                }
                else
                {
                    HandleError(Marshal.GetLastPInvokeError());
                }
            }
        }

        Buffer.Clear();
    }

    public void Dispose() => Buffer.Dispose();

    private static void HandleError(int error)
    {
        switch (error)
        {
            case LibC.Interrupted:
                break;
            case LibC.TryAgain:
                var request = new LibC.PollRequest { Descriptor = LibC.StandardOutput, Wanted = LibC.CanWrite };
                _ = LibC.Poll(ref request, 1, -1);
                break;
            case LibC.BrokenPipe:
                throw new OutputClosedException();
            default:
                throw new DuramenException(
                    CliErrors.OutputFailed,
                    $"Standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.",
                    "Check where it goes to; what was printed so far may be incomplete.");
        }
    }
}
