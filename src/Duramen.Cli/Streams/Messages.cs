using System.Text;
using Duramen.Core.Errors;

namespace Duramen.Cli.Streams;

/// <summary>What is said on standard error. Work goes on where nobody can be told: a message that cannot be written is dropped.</summary>
internal static class Messages
{
    /// <summary>Whether a person is looking, so that results and progress are worth a line.</summary>
    public static bool IsTerminal { get; } = LibC.IsTerminal(StandardStream.Error) != 0;

    /// <summary>Something that went wrong, or that recovery did, and that must be known.</summary>
    public static void Say(string message) => Write($"duramen: {Wording.OneLine(message)}\n");

    public static void Say(DuramenException error) => Say($"{error.Code}: {error.Message}");

    /// <summary>The result of a command in words, for people only.</summary>
    public static void Tell(string message)
    {
        if (IsTerminal)
        {
            Write($"{Wording.OneLine(message)}\n");
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

    /// <summary>How far long work has come, on one line that the next replaces.</summary>
    public static void Progress(string message)
    {
        if (IsTerminal)
        {
            Write($"\r{message}\u001b[K");
        }
    }

    private static void Write(string text) => _ = StandardStream.Write(StandardStream.Error, Encoding.UTF8.GetBytes(text));
}
