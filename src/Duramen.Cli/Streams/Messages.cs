using Duramen.Core.Errors;

namespace Duramen.Cli.Streams;

/// <summary>What is said on standard error.</summary>
internal static class Messages
{
    /// <summary>Whether a person is looking, so that results and progress are worth a line.</summary>
    public static bool IsTerminal => !Console.IsErrorRedirected;

    /// <summary>Something that went wrong, or that recovery did, and that must be known.</summary>
    public static void Say(string message) => Console.Error.WriteLine($"duramen: {message}");

    public static void Say(DuramenException error) => Say($"{error.Code}: {error.Message}");

    /// <summary>The result of a command in words, for people only.</summary>
    public static void Tell(string message)
    {
        if (IsTerminal)
        {
            Console.Error.WriteLine(message);
        }
    }

    /// <summary>How far long work has come, on one line that the next replaces.</summary>
    public static void Progress(string message)
    {
        if (IsTerminal)
        {
            Console.Error.Write($"\r{message}\u001b[K");
        }
    }
}
