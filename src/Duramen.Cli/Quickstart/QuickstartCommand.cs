using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Unicode;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Server;
using Duramen.Cli.Streams;
using Duramen.Cli.UserFiles;
using Duramen.Client;
using Duramen.Core.Errors;
using Duramen.State.Tables.Topics;
using Microsoft.Extensions.Logging;

namespace Duramen.Cli.Quickstart;

internal static class QuickstartCommand
{
    private const int Rows = 8;

    private static readonly CommandOption Repository = new("--repository", "DIR", "a folder in the git repository whose history is loaded; the current folder by default");
    private static readonly CommandOption Data = new("--data", "DIR", "a data folder to be made and kept; by default it is a temporary one");
    private static readonly CommandOption Kafka = new("--kafka", "HOST:PORT", "where Kafka clients connect; 127.0.0.1:9092 by default, or a free port when that is taken");
    private static readonly CommandOption Http = new("--http", "HOST:PORT", "where health and metrics are; 127.0.0.1:8080 by default, or a free port when that is taken");
    private static readonly CommandOption Exit = new("--exit", null, "end after showing the data, rather than serve until Ctrl-C");

    public static Command Command { get; } = new()
    {
        Name = "quickstart",
        Summary = "Load a git history into a server and read it as a table, now and as it was",
        Description = """
            Starts a server on a fresh folder and loads the history of a git repository through the Kafka protocol. Shows the table of files now, the same
            table as of an earlier commit, what changed between the two, and the history of one file, each with the command that prints it; and goes on
            serving until it gets SIGINT or SIGTERM. Each path that a commit changed becomes a record of the topic 'changes': the path is its key, the time
            of the commit its timestamp, its value is the file since then as JSON (mode and blob id), and nothing when it is gone; the header 'change' says
            as JSON what happened. Commits are those of the main line, which follows first parents.
            In a folder without history the files themselves are loaded, oldest change first.
            """,
        Arguments = [],
        Options = [Repository, Data, Kafka, Http, Exit, FolderSession.Output],
        Examples =
        [
            "duramen quickstart",
            "duramen quickstart --repository ~/src/project --data ./project-data",
        ],
        RunsUntilStopped = true,
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        IPEndPoint? kafka = Parse(input, Kafka, ServerSettings.EndPoint);
        IPEndPoint? http = Parse(input, Http, ServerSettings.EndPoint);
        string? data = Parse(input, Data, ServerSettings.Folder);
        bool isJson = FolderSession.IsJson(input);
        IEventSource source = await FindSourceAsync(input, interrupted).ConfigureAwait(false);
        using ScratchFolder? scratch = data is null ? new ScratchFolder() : null;
        using var tableFolder = new ScratchFolder();
        using var loggers = new LoggerFactory([new StandardErrorLog(LogLevel.Warning)]);
        DuramenNodeOptions options = ServerSettings.Defaults.Node with { DataPath = data ?? scratch!.DataPath, Loggers = loggers };
        await using DuramenNode node = await StartAsync(options, kafka, http, interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        using IQuickstartReport report = isJson ? new QuickstartJson(output) : new QuickstartReport(output);
        report.Ready(node);
        output.Flush();

        IReadOnlyList<(string, string)> commands;
        await using (var client = new KafkaClient(node.BootstrapServers))
        {
            commands = await ShowAsync(client, tableFolder.DataPath, source, node, report, interrupted).ConfigureAwait(false);
            output.Flush();
        }

        if (!input.Has(Exit.Name))
        {
            report.TryNext(commands);
            output.Flush();
            await Task.Delay(Timeout.Infinite, interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return CommandRunner.Done;
    }

    // Shows the data, and says what there is to try with it.
    private static async Task<IReadOnlyList<(string Command, string Does)>> ShowAsync(
        KafkaClient client, string tablePath, IEventSource source, DuramenNode node, IQuickstartReport report, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        var topic = new HistoryTopic(client);
        await topic.CreateAsync(cancellationToken).ConfigureAwait(false);
        LoadedHistory loaded = await topic.LoadAsync(source, cancellationToken).ConfigureAwait(false);
        if (loaded.Records == 0)
        {
            throw new DuramenException(CliErrors.HistoryUnreadable, $"There is nothing in {source.Name}.", "Name another repository with --repository DIR.");
        }

        report.Loaded(loaded, source, Stopwatch.GetElapsedTime(began));

        var commands = new ShellCommands(node.BootstrapServers, node.HttpEndPoint?.ToString());
        await using HistoryTable table = await HistoryTable.OpenAsync(client, tablePath, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<byte[]> paths = table.MostChanged(Rows);
        FilesShown now = await table.ShowAsync(table.End, loaded.Commits is [.., var head] ? head.Commit : null, paths, cancellationToken).ConfigureAwait(false);
        report.Files(now, commands.Scan());

        LoadedHistory.CommitEnd middle = loaded.Middle;
        Moment then = await table.FindAsync(middle.End, cancellationToken).ConfigureAwait(false);
        report.Files(await table.ShowAsync(then, middle.Commit, paths, cancellationToken).ConfigureAwait(false), commands.Scan(then));
        report.Differences(table.Compare(then, table.End, Rows), then, table.End, commands.Diff(then));

        byte[] path = paths.FirstOrDefault(IsTypable) ?? table.MostChanged(int.MaxValue).FirstOrDefault(IsTypable) ?? table.AnyPath();
        (IReadOnlyList<FileVersion> last, long count) = await table.ReadHistoryAsync(path, Rows, cancellationToken).ConfigureAwait(false);
        report.History(path, last, count, commands.History(path));
        return commands.Next(path, then, Time(last[^1].TimestampMs));
    }

    // Whether a path can be an argument on a command line.
    private static bool IsTypable(byte[] path) => Utf8.IsValid(path) && !path.Any(value => value < ' ');

    private static string Time(long timestampMs) => DateTimeOffset.FromUnixTimeMilliseconds(timestampMs).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static async Task<IEventSource> FindSourceAsync(CommandInput input, CancellationToken cancellationToken)
    {
        string folder = Parse(input, Repository, ServerSettings.Folder) ?? Path.GetFullPath(".");
        try
        {
            return await GitHistory.OpenAsync(folder, cancellationToken).ConfigureAwait(false);
        }
        catch (DuramenException none) when (none.Code == CliErrors.HistoryUnreadable && !input.Has(Repository.Name))
        {
            Messages.Say($"{none.Message} Its files are loaded instead.");
            return new FolderFiles(folder);
        }
    }

    // Where nothing is asked for, a port that another program has is no reason to fail.
    private static async Task<DuramenNode> StartAsync(DuramenNodeOptions options, IPEndPoint? kafka, IPEndPoint? http, CancellationToken cancellationToken)
    {
        var free = new IPEndPoint(IPAddress.Loopback, 0);
        (IPEndPoint Kafka, IPEndPoint Http)[] choices =
            [.. new[] { (kafka ?? options.Kafka, http ?? options.Http!), (kafka ?? options.Kafka, http ?? free), (kafka ?? free, http ?? free) }.Distinct()];
        for (int choice = 0; ; choice++)
        {
            try
            {
                return await DuramenNode.StartAsync(options with { Kafka = choices[choice].Kafka, Http = choices[choice].Http }, cancellationToken).ConfigureAwait(false);
            }
            catch (DuramenException taken) when (taken.Code == NodeErrors.AddressUnavailable && choice + 1 < choices.Length)
            {
            }
        }
    }

    private static T? Parse<T>(CommandInput input, CommandOption option, Func<string, T> parse)
        where T : class
    {
        try
        {
            return input.Text(option.Name) is string text ? parse(text) : null;
        }
        catch (FormatException wrong)
        {
            throw input.Wrong($"{option.Name} is '{input.Text(option.Name)}' and must be {wrong.Message}");
        }
    }
}
