using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Tables;

/// <summary>The commands that read a topic, or any log of a data folder, as a table.</summary>
internal static class TableCommands
{
    private const string Shared =
        "The log is folded by key: a record without a value removes its key, one without a key is passed over. The partitions of a topic are read together.\n"
        + "A time is ISO 8601 (UTC unless it says otherwise) or @ with milliseconds since 1970. In JSON, bytes that are not UTF-8 come as {\"base64\": \"...\"}.";

    private static readonly CommandArgument Key = new("KEY", $"the key, {KeyText.Help}");
    private static readonly CommandArgument Before = new("A", "a moment: an offset or P:N,P:N, a time, beginning or end");
    private static readonly CommandArgument After = new("B", "another moment");
    private static readonly CommandOption Prefix = new("--prefix", "TEXT", "only keys that begin with it");
    private static readonly CommandOption From = new("--from", "KEY", "only keys from this one on");
    private static readonly CommandOption To = new("--to", "KEY", "only keys before this one");

    private static readonly CommandOption Reverse = new("--reverse", null, "the last key first");

    public static Command Get { get; } = new()
    {
        Name = "table get",
        Summary = "Print the value of a key, now or as of any moment",
        Description = $"Prints the value and a newline; in JSON key, value, offset, timestamp and partition. The exit code is 1 when the key has no value.\n{Shared}",
        Arguments = [LogSource.Log, Key],
        Options = [TableSession.AsOf, .. TableSession.Options],
        Examples = ["duramen table get orders order-7", "duramen table get orders order-7 --data ./duramen-data", "duramen table get orders order-7 --as-of 2026-03-01T12:00:00Z"],
        Run = GetAsync,
    };

    public static Command Scan { get; } = new()
    {
        Name = "table scan",
        Summary = "Print all keys of a table with their values, now or as of any moment",
        Description = $"A row for each key, in the order of keys: key, value, offset and timestamp, with tabs between them, and the partition where there are several.\n{Shared}",
        Arguments = [LogSource.Log],
        Options = [TableSession.AsOf, Prefix, From, To, Reverse, .. TableSession.Options],
        Examples = ["duramen table scan orders --as-of 1000", "duramen table scan orders --prefix eu- --output json"],
        Run = ScanAsync,
    };

    public static Command History { get; } = new()
    {
        Name = "table history",
        Summary = "Print every value that a key had",
        Description = $"A row for each version, oldest first, removals included: key, value, offset and timestamp, with tabs between them, and the partition where there are several; those of several partitions by their times.\n{Shared}",
        Arguments = [LogSource.Log, Key],
        Options = [.. TableSession.Options],
        Examples = ["duramen table history orders order-7"],
        Run = HistoryAsync,
    };

    public static Command Diff { get; } = new()
    {
        Name = "table diff",
        Summary = "Print what was changed between two moments",
        Description = $"A row for each key whose value is another one: added, changed or removed, the key, its value as of A and as of B, and the partition where there are several.\n{Shared}",
        Arguments = [LogSource.Log, Before, After],
        Options = [.. TableSession.Options],
        Examples = ["duramen table diff orders 1000 2000", "duramen table diff orders 2026-03-01 end --output json", "duramen table diff payments 0:120,1:87 end"],
        Run = DiffAsync,
    };

    private static async Task<int> GetAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        await using TableSession session = await TableSession.OpenAsync(input, interrupted).ConfigureAwait(false);
        Moment asOf = await session.FindAsOfAsync(input, interrupted).ConfigureAwait(false);
        using var printer = new TablePrinter(session.Snapshot, isJson);
        if (!session.Snapshot.TryGet(input.Key(1)!, asOf, out VersionView version, out int partition))
        {
            Messages.Say($"'{input.Argument(1)}' has no value as of {(asOf.Offsets.Count == 1 ? "offset " : "")}{asOf}.");
            return CommandRunner.Failed;
        }

        printer.PrintValue(version, partition);
        printer.Flush();
        return CommandRunner.Done;
    }

    private static async Task<int> ScanAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        KeyRange range = RangeOf(input);
        await using TableSession session = await TableSession.OpenAsync(input, interrupted).ConfigureAwait(false);
        Moment asOf = await session.FindAsOfAsync(input, interrupted).ConfigureAwait(false);
        using var printer = new TablePrinter(session.Snapshot, isJson);
        using TopicVersions rows = session.Snapshot.Scan(range, asOf, input.Has(Reverse.Name) ? ScanOrder.Descending : ScanOrder.Ascending);
        printer.PrintAll(rows, interrupted);
        printer.Flush();
        return CommandRunner.Done;
    }

    private static async Task<int> HistoryAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        await using TableSession session = await TableSession.OpenAsync(input, interrupted).ConfigureAwait(false);
        using var printer = new TablePrinter(session.Snapshot, isJson);
        using TopicVersions versions = session.Snapshot.History(input.Key(1)!);
        printer.PrintAll(versions, interrupted);
        printer.Flush();
        return CommandRunner.Done;
    }

    private static async Task<int> DiffAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        await using TableSession session = await TableSession.OpenAsync(input, interrupted).ConfigureAwait(false);
        Moment before = await session.FindAsync(input, Before.Name, input.Argument(1)!, interrupted).ConfigureAwait(false);
        Moment after = await session.FindAsync(input, After.Name, input.Argument(2)!, interrupted).ConfigureAwait(false);
        using var printer = new TablePrinter(session.Snapshot, isJson);
        using TopicDifferences differences = session.Snapshot.Diff(before, after);
        printer.PrintAll(differences, interrupted);
        printer.Flush();
        return CommandRunner.Done;
    }

    private static KeyRange RangeOf(CommandInput input)
    {
        if (input.Key(Prefix) is byte[] prefix)
        {
            return input.Has(From.Name) || input.Has(To.Name)
                ? throw input.Wrong($"{Prefix.Name} does not go with {From.Name} or {To.Name}")
                : KeyRange.WithPrefix(prefix);
        }

        return new KeyRange(input.Key(From) ?? [], input.Key(To) is byte[] to ? (ReadOnlyMemory<byte>?)to : null);
    }
}
