using System.Reflection;
using System.Runtime.InteropServices;
using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Core.Errors;

namespace Duramen.Cli.Commands;

/// <summary>Finds the command that was asked for, runs it, and turns what became of it into an exit code.</summary>
internal static class CommandRunner
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int InterruptedExit = 130; // 128 + SIGINT, as shells expect it.
    public const int TerminatedExit = 143; // 128 + SIGTERM.

    public static async Task<int> RunAsync(string[] words)
    {
        try
        {
            return await DispatchAsync(words).ConfigureAwait(false);
        }
        catch (UsageException wrong)
        {
            Messages.Say($"{wrong.Message} {wrong.Hint}");
            return WrongUsage;
        }
        catch (OutputClosedException)
        {
            return Done;
        }
        catch (DuramenException error)
        {
            Messages.Say(error);
            return Failed;
        }
    }

    private static async Task<int> DispatchAsync(string[] words)
    {
        bool wantsHelp = IsHelpWanted(words);
        if (wantsHelp)
        {
            words = [.. words.Where(word => !IsHelp(word))];
        }
        else if (words is ["--version", ..])
        {
            Print($"duramen {Version}\n");
            return Done;
        }

        if (Find(words) is (Command command, int nameWords))
        {
            if (wantsHelp)
            {
                Print(HelpText.Of(command));
                return Done;
            }

            return await RunAsync(command, CommandInput.Parse(command, words.AsSpan(nameWords))).ConfigureAwait(false);
        }

        string group = words.Length > 0 && CommandList.All.Any(command => command.Name.StartsWith(words[0] + " ", StringComparison.Ordinal)) ? words[0] : "";
        if (wantsHelp && (group.Length > 0 ? words.Length == 1 : words.Length == 0))
        {
            Print(HelpText.Of(CommandList.All, group));
            return Done;
        }

        string[] typed = [.. words.TakeWhile(word => !word.StartsWith('-')).Take(group.Length > 0 ? 2 : 1)];
        string hint = group.Length > 0 ? $"See 'duramen {group} --help'." : "See 'duramen --help'.";
        throw typed.Length <= (group.Length > 0 ? 1 : 0)
            ? new UsageException(words.Length > typed.Length ? $"Unknown option '{words[typed.Length]}'." : "Which command?", hint)
            : new UsageException($"There is no command '{string.Join(' ', typed)}'.", hint);
    }

    private static async Task<int> RunAsync(Command command, CommandInput input)
    {
        using var interrupted = new CancellationTokenSource();
        int exit = 0;
        void Interrupt(PosixSignalContext context)
        {
            // The first signal ends the command in order; a second one ends the process as if nobody listened.
            context.Cancel = exit == 0;
            exit = context.Signal == PosixSignal.SIGINT ? InterruptedExit : TerminatedExit;
            interrupted.Cancel();
        }

        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            int code = await command.Run(input, interrupted.Token).ConfigureAwait(false);
            return code == Done && exit != 0 && !command.RunsUntilStopped ? exit : code;
        }
        catch (OperationCanceledException) when (exit != 0)
        {
            return exit;
        }
    }

    private static (Command Command, int Words)? Find(string[] words)
    {
        foreach (Command command in CommandList.All)
        {
            string[] name = command.Name.Split(' ');
            if (words.Length >= name.Length && words.AsSpan(0, name.Length).SequenceEqual(name))
            {
                return (command, name.Length);
            }
        }

        return null;
    }

    // Help is wanted wherever the option stands, but not where "--" made it an argument.
    private static bool IsHelpWanted(string[] words) => words.TakeWhile(word => word != "--").Any(IsHelp);

    private static bool IsHelp(string word) => word is "--help" or "-h";

    public static string Version
    {
        get
        {
            string version = typeof(CommandRunner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
            return version.Split('+')[0];
        }
    }

    private static void Print(string text)
    {
        using var output = new StandardOutput();
        output.WriteLine(text.TrimEnd('\n'));
        output.Flush();
    }
}
