using System.Reflection;
using System.Runtime.InteropServices;
using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Client;
using Duramen.Core.Errors;
using Duramen.Kafka;

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
        catch (ClientException refused) when (refused.Error == KafkaError.UnknownTopicOrPartition && refused.Remedy.Length == 0)
        {
            Messages.Say($"{refused.Code}: {refused.Message} 'duramen topic list' lists those there are.");
            return Failed;
        }
        catch (DuramenException error)
        {
            Messages.Say(error);
            return Failed;
        }
    }

    private static async Task<int> DispatchAsync(string[] words)
    {
        if (words is ["help", ..])
        {
            // As other programs have it.
            words = [.. words[1..], "--help"];
        }

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
                PrintHelp(HelpText.Of(command));
                return Done;
            }

            return await RunAsync(command, CommandInput.Parse(command, words.AsSpan(nameWords))).ConfigureAwait(false);
        }

        string group = words.Length > 0 && CommandList.All.Any(command => command.Name.StartsWith(words[0] + " ", StringComparison.Ordinal)) ? words[0] : "";
        if (wantsHelp && (group.Length > 0 ? words.Length == 1 : words.Length == 0))
        {
            PrintHelp(HelpText.Of(CommandList.All, group));
            return Done;
        }

        throw NoCommand(words, group);
    }

    // The words name no command: none at all, or one that does not exist.
    private static UsageException NoCommand(string[] words, string group)
    {
        string[] typed = [.. words.TakeWhile(word => !word.StartsWith('-')).Take(group.Length > 0 ? 2 : 1)];
        string hint = group.Length > 0 ? $"See 'duramen {group} --help'." : "See 'duramen --help'.";
        if (typed.Length > (group.Length > 0 ? 1 : 0))
        {
            return new UsageException($"There is no command '{string.Join(' ', typed)}'.{NearestCommand(words, group)}", hint);
        }

        if (words.Length > typed.Length)
        {
            return new UsageException($"Unknown option '{words[typed.Length]}'.{NearestWord.Ask(words[typed.Length], ["--help", "--version"])}", hint);
        }

        return group.Length == 0
            ? new UsageException("Which command? 'duramen quickstart' shows what there is, 'duramen server' serves Kafka clients.", hint)
            : new UsageException($"Which command? There are {string.Join(", ", NamesIn(group).Select(name => $"'{name}'"))}.", hint);
    }

    // A slip in the group takes the second word with it, as in "topc list".
    private static string NearestCommand(string[] words, string group)
    {
        string[] names = [.. group.Length > 0 ? NamesIn(group) : CommandList.All.Select(static command => command.Name)];
        string both = string.Join(' ', words.TakeWhile(static word => !word.StartsWith('-')).Take(2));
        string question = NearestWord.Ask(both, names);
        return question.Length > 0 || group.Length > 0 ? question
            : NearestWord.Ask(words[0], names.Select(static name => name.Split(' ')[0]).Distinct(StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesIn(string group) =>
        CommandList.All.Select(static command => command.Name).Where(name => name.StartsWith(group + " ", StringComparison.Ordinal));

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

    private static void PrintHelp(string help) => Print(HelpLayout.Fit(help, StandardStream.Columns(StandardStream.Output)));

    private static void Print(string text)
    {
        using var output = new StandardOutput();
        output.WriteLine(text.TrimEnd('\n'));
        output.Flush();
    }
}
