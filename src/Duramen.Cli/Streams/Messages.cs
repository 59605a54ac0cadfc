using System.Text;
using Duramen.Core.Errors;

namespace Duramen.Cli.Streams;

/// <summary>What is said on standard error. Work goes on where nobody can be told: a message that cannot be written is dropped.</summary>
internal static class Messages
{
    private const string ToLineStart = "\r";
    private const string ToLineEnd = "\u001b[K"; // Clears from the cursor on.

    private static volatile bool _isProgressShown;

    /// <summary>Whether a person is looking, so that results and progress are worth a line.</summary>
    public static bool IsTerminal { get; } = LibC.IsTerminal(StandardStream.Error) != 0;

    /// <summary>Something that went wrong, or that recovery did, and that must be known.</summary>
    public static void Say(string message) => Write($"{ClearProgress()}duramen: {Wording.OneLine(message)}\n");

    public static void Say(DuramenException error) => Say($"{error.Code}: {error.Message}");

    /// <summary>The result of a command in words, for people only.</summary>
    public static void Tell(string message)
    {
        if (IsTerminal)
        {
            Write($"{ClearProgress()}{Wording.OneLine(message)}\n");
        }
    }

    /// <summary>A question to a person, behind which the answer is typed.</summary>
    public static void Prompt(string question)
    {
        if (IsTerminal)
        {
            Write(question);
        }
    }

    /// <summary>How far long work has come, on one line that the next replaces; empty when it is over.</summary>
    public static void Progress(string message)
    {
        if (IsTerminal && (message.Length > 0 || _isProgressShown))
        {
            _isProgressShown = message.Length > 0;
            Write($"{ToLineStart}{message}{ToLineEnd}");
        }
    }

    // What follows stands on a line of its own.
    private static string ClearProgress()
    {
        bool isShown = _isProgressShown;
        _isProgressShown = false;
        return isShown ? ToLineStart + ToLineEnd : "";
    }

    private static void Write(string text) => _ = StandardStream.Write(StandardStream.Error, Encoding.UTF8.GetBytes(text));
}
