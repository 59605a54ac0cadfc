using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Duramen.Core.Errors;

namespace Duramen.Cli.Quickstart;

/// <summary>A call of git, whose output is texts that each end in a zero byte.</summary>
internal static class GitProcess
{
    /// <summary>Runs git in a folder and returns its output piece by piece.</summary>
    /// <exception cref="DuramenException"><see cref="CliErrors.HistoryUnreadable"/>: git is missing or failed; the message has what it said.</exception>
    public static async IAsyncEnumerable<byte[]> ReadAsync(string folder, string[] arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using Process process = Start(folder, arguments);
        Task<string> said = process.StandardError.ReadToEndAsync(CancellationToken.None);
        PipeReader output = PipeReader.Create(process.StandardOutput.BaseStream);
        try
        {
            while (true)
            {
                ReadResult read = await output.ReadAsync(cancellationToken).ConfigureAwait(false);
                ReadOnlySequence<byte> left = read.Buffer;
                while (TryTake(ref left) is byte[] piece)
                {
                    yield return piece;
                }

                output.AdvanceTo(left.Start, left.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }

            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw Unreadable(folder, (await said.ConfigureAwait(false)).Split('\n')[0].Trim());
            }
        }
        finally
        {
            await output.CompleteAsync().ConfigureAwait(false);
            if (!process.HasExited)
            {
                // Nobody reads on: what it would still write is not wanted.
                process.Kill();
            }
        }
    }

    public static DuramenException Unreadable(string folder, string reason, Exception? inner = null) => new(
        CliErrors.HistoryUnreadable,
        $"The git history of {folder} cannot be read: {reason.TrimEnd('.')}.",
        "Run the command in a git repository, or name one with --repository DIR.",
        inner);

    private static Process Start(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", folder, "--no-pager", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["LC_ALL"] = "C";
        try
        {
            Process process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception exception)
        {
            throw Unreadable(folder, $"the program git cannot be started ({exception.Message})", exception);
        }
    }

    private static byte[]? TryTake(ref ReadOnlySequence<byte> left)
    {
        if (left.PositionOf((byte)0) is not SequencePosition end)
        {
            return null;
        }

        byte[] piece = left.Slice(0, end).ToArray();
        left = left.Slice(left.GetPosition(1, end));
        return piece;
    }
}
