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
    public void Flush()
    {
        int error = StandardStream.Write(StandardStream.Output, Buffer.WrittenSpan);
        Buffer.Clear();
        if (error == LibC.BrokenPipe)
        {
            throw new OutputClosedException();
        }

        if (error != 0)
        {
            throw new DuramenException(
                CliErrors.OutputFailed,
                $"Standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.",
                "Check where it goes to; what was printed so far may be incomplete.");
        }
    }

    public void Dispose() => Buffer.Dispose();
}
