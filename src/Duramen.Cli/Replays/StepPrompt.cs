using System.Text;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.State.Replays;

namespace Duramen.Cli.Replays;

/// <summary>Asks what to do after a step. It reads lines, so that a file of them is as good as a person.</summary>
internal sealed class StepPrompt(ReplayPrinter printer)
{
    private readonly LineSource _lines = new();
    private bool _isEnded;

    /// <summary>What is to happen next.</summary>
    public enum Answer
    {
        Next,
        Continue,
        Quit,
    }

    /// <summary>Prints what is asked for until the replay is to go on or to end. At the end of the input it ends.</summary>
    public Answer Ask(ReplayRun run, ReplayStep step, CancellationToken interrupted)
    {
        while (true)
        {
            interrupted.ThrowIfCancellationRequested();
            printer.Flush();
            Messages.Prompt("n(ext), c(ontinue), p(rint) KEY, s(tate), q(uit)? ");
            string[] words = ReadLine(interrupted)?.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? ["q"];
            switch (words)
            {
                case [] or ["n" or "next"]:
                    return Answer.Next;
                case ["c" or "continue"]:
                    return Answer.Continue;
                case ["q" or "quit"]:
                    return Answer.Quit;
                case ["p" or "print", string key]:
                    printer.PrintKey(run, key);
                    break;
                case ["s" or "state"]:
                    printer.PrintAround(run, step);
                    break;
                default:
                    Messages.Say($"'{string.Join(' ', words)}' is none of: n (or an empty line), c, p KEY, s, q.");
                    break;
            }
        }
    }

    private string? ReadLine(CancellationToken interrupted)
    {
        while (true)
        {
            if (_lines.TryTake(out ReadOnlySpan<byte> line) || (_isEnded && _lines.TryTakeRest(out line)))
            {
                return Encoding.UTF8.GetString(line);
            }

            if (_isEnded)
            {
                return null;
            }

            // A wait that looks up now and then, since the signal that interrupts does not end a read.
            while (!StandardInput.IsReady(timeoutMs: 100))
            {
                interrupted.ThrowIfCancellationRequested();
            }

            _isEnded = !_lines.Fill();
        }
    }
}
