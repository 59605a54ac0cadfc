using System.Diagnostics;
using System.Globalization;
using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Cli.Tables;
using Duramen.Core.Ids;
using Duramen.Debugging;
using Duramen.Log;
using Duramen.State.Replays;
using Duramen.State.Replication;
using Duramen.State.Tables;

namespace Duramen.Cli.Replays;

/// <summary><c>duramen replay</c>: history again, through code of the user's.</summary>
internal static class ReplayCommand
{
    private static readonly CommandOption Assembly = new("--assembly", "FILE", "the assembly (.dll) that the class is in, with its symbols and what it needs beside it");
    private static readonly CommandOption Machine = new("--machine", "TYPE", "the class, an IProjection or an IStateMachine without constructor arguments (default: the only one)");
    private static readonly CommandOption From = new("--from", "PLACE", "show records from this one on: an offset, a time, beginning or end; those before are applied and not shown");
    private static readonly CommandOption To = new("--to", "PLACE", "stop before this record; a time: after every record at or before it (default: the end)");
    private static readonly CommandOption Break = new("--break", "EXPR", $"stop behind the first record for which this is true, in SQL over {BreakCondition.Columns}");
    private static readonly CommandOption Step = new("--step", null, "ask after each record what to do next; with --break, from where that stops");
    private static readonly CommandOption Check = new("--check", null, "apply each record twice and stop at the first that does two different things");
    private static readonly CommandOption Quiet = new("--quiet", null, "print no record but those where the replay stops");
    private static readonly CommandOption WaitForDebugger = new("--wait-for-debugger", null, "wait until a debugger is attached; it is stopped where --break holds, before the record is applied once more");

    public static Command Command { get; } = new()
    {
        Name = "replay",
        Summary = "Put history through a projection or a state machine again, record by record",
        Description =
            "Prints each record and what it did to the state: key, old value and new one. Nothing is written to the topic, and what a machine replies is printed and goes to nobody.\n"
            + "In --break key, value, offset and timestamp are the record's; changed, old and new are those of each key of the state that it changed; reply is the machine's.\n"
            + "--step reads from standard input: n or an empty line, c to go on, p KEY, s for the state around the changed keys, q. It says at the end how far it got, and the digest of the state.",
        Arguments = [LogSource.Log],
        Options = [Assembly, Machine, From, To, Break, Step, Check, Quiet, ReplayState.Kept, ReplayState.Keyframes, WaitForDebugger, ClientSession.Partition, LogSource.Data, ClientSession.Bootstrap, ClientSession.Tls, FolderSession.Output],
        Examples =
        [
            "duramen replay orders --assembly bin/Debug/net10.0/Shop.dll --machine Shop.OrdersByCustomer",
            "duramen replay orders --assembly Shop.dll --from 1000 --to 1010 --output json",
            "duramen replay orders --assembly Shop.dll --quiet --break \"changed = 'alice' AND new > 100\" --step",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        string path = input.Text(Assembly.Name) ?? throw input.Wrong($"{Assembly.Name} is missing");
        if (path.Length == 0)
        {
            throw input.Wrong($"{Assembly.Name} is empty");
        }

        LogPosition? from = PlaceOf(input, From);
        LogPosition? to = PlaceOf(input, To);
        using BreakCondition? condition = input.Text(Break.Name) is string expression ? new BreakCondition(expression) : null;

        // What the code prints is no data of this command, and its standard input is that of --step.
        Console.SetOut(Console.Error);
        Console.SetIn(TextReader.Null);
        object replayed = MachineChoice.Make(path, input.Text(Machine.Name));
        if (input.Has(WaitForDebugger.Name))
        {
            await WaitForDebuggerAsync(interrupted).ConfigureAwait(false);
        }

        await using LogSource source = await LogSource.OpenAsync(input).ConfigureAwait(false);
        SourceLog found = await source.FindOneAsync(input, interrupted).ConfigureAwait(false);
        ILog log = found.Log;
        Offset end = to is { } last ? await last.FindAsOfAsync(log, interrupted).ConfigureAwait(false) : log.Watermarks.Committed;
        Offset? begin = from is { } first ? await first.FindFirstAsync(log, interrupted).ConfigureAwait(false) : null;
        await using ReplayState state = await ReplayState.OpenAsync(input, replayed, log, begin, end, interrupted).ConfigureAwait(false);
        var options = new ReplayOptions { From = begin, To = end, AppliesTwice = input.Has(Check.Name), State = state.Store };
        ReplayRun run = replayed is IProjection projection ? Replay.Of(log, options).Through(projection) : Replay.Of(log, options).Through((IStateMachine)replayed);
        Offset start = run.Position;
        using var printer = new ReplayPrinter(isJson);
        try
        {
            await WalkAsync(input, run, condition, printer, found.Partition, interrupted).ConfigureAwait(false);
        }
        finally
        {
            printer.Flush();
        }

        if (run.Missing > 0)
        {
            Messages.Say($"{Wording.Count(run.Missing, "record")} {(run.Missing == 1 ? "was" : "were")} missing, which compaction removed: the code did not see them, and the state may be another than it was.");
        }

        Messages.Say(string.Create(CultureInfo.InvariantCulture, $"replayed from {start} to {run.Position}; the digest of the state is {run.Digest}."));
        return CommandRunner.Done;
    }

    private static async Task WalkAsync(CommandInput input, ReplayRun run, BreakCondition? condition, ReplayPrinter printer, int partition, CancellationToken interrupted)
    {
        var prompt = new StepPrompt(printer);
        bool isStepping = input.Has(Step.Name) && condition is null;
        bool isMet = condition is null;
        await foreach (ReplayStep step in run.StepsAsync(interrupted).ConfigureAwait(false))
        {
            bool isBreak = condition?.Holds(step, interrupted) ?? false;
            if (!input.Has(Quiet.Name) || isBreak || isStepping)
            {
                printer.Print(step, partition);
            }

            if (isBreak)
            {
                isMet = true;
                printer.PrintAround(run, step);
                printer.Flush();
                RecordStop.Before(run, step);
                if (!input.Has(Step.Name))
                {
                    return;
                }
            }

            if (isBreak || isStepping)
            {
                StepPrompt.Answer answer = prompt.Ask(run, step, interrupted);
                isStepping = answer == StepPrompt.Answer.Next;
                if (answer == StepPrompt.Answer.Quit)
                {
                    return;
                }
            }
        }

        if (!isMet)
        {
            Messages.Say($"{Break.Name} held at none of these records.");
        }
    }

    private static async Task WaitForDebuggerAsync(CancellationToken interrupted)
    {
        const int LookIntervalMs = 100;
        if (!Debugger.IsAttached)
        {
            Messages.Say(string.Create(CultureInfo.InvariantCulture, $"waiting for a debugger to be attached to process {Environment.ProcessId}."));
        }

        while (!Debugger.IsAttached)
        {
            await Task.Delay(LookIntervalMs, interrupted).ConfigureAwait(false);
        }
    }

    private static LogPosition? PlaceOf(CommandInput input, CommandOption option) =>
        input.Text(option.Name) is not string text ? null
        : LogPosition.TryParse(text, out LogPosition place) ? place
        : throw input.Wrong($"{option.Name} is '{text}': no offset, no time (2026-03-01T12:00:00Z or @1772366400000), and not beginning or end");
}
