using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Core.Ids;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Commands;

internal static class ReadCommand
{
    private static readonly CommandOption From = new("--from", "PLACE", "the first record: an offset, a time, beginning (the default) or end");
    private static readonly CommandOption To = new("--to", "PLACE", "an offset: only records below it; a time: only records at or before it");
    private static readonly CommandOption Count = new("--count", "N", "stop after N records", new(0));
    private static readonly CommandOption Follow = new("--follow", null, "at the end wait for more, until interrupted");

    public static Command Command { get; } = new()
    {
        Name = "log read",
        Summary = "Print the records of a log",
        Description =
            "Text is each record's value and a newline. JSON is one object per record: log, partition, offset, timestamp (milliseconds since 1970),\n"
            + "key, value and headers; bytes that are not UTF-8 come as {\"base64\": \"...\"}. A time is ISO 8601 (UTC unless it says otherwise) or @ with\n"
            + "milliseconds since 1970. Records of transactions' ends are not printed. At damage what is sound before it is printed, and the exit code is 1.",
        Arguments = [FolderSession.Folder, FolderSession.LogToRead],
        Options = [From, To, Count, Follow, FolderSession.Output],
        Examples =
        [
            "duramen log read data orders",
            "duramen log read data orders --from 100 --count 10 --output json",
            "duramen log read data orders --from 2026-03-01T12:00:00Z --to 2026-03-01T13:00:00Z",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        LogPosition from = ReadPosition(input, From) ?? default;
        LogPosition to = ReadPosition(input, To) ?? new LogPosition(null, null, IsEnd: true);
        long count = input.Number(Count) ?? long.MaxValue;
        bool isFollowing = input.Has(Follow.Name);
        bool isJson = FolderSession.IsJson(input);
        if (isFollowing && input.Has(To.Name) && to.Offset is null)
        {
            throw input.Wrong($"{Follow.Name} goes with {To.Name} only when that is an offset");
        }

        await using DataFolder folder = await FolderSession.OpenAsync(input).ConfigureAwait(false);
        DiskLog log = FolderSession.FindLogToRead(folder, input);
        using var output = new StandardOutput();
        Offset first = await from.FindFirstAsync(log, interrupted).ConfigureAwait(false);
        var walk = new BatchWalk(log, first);
        using var printer = new RecordPrinter(output, log, isJson) { First = first, CountLeft = count, TimestampMaxMs = to.TimestampMs ?? long.MaxValue };
        printer.End = to.Offset ?? (to.IsEnd || to.TimestampMs is not null ? new Offset(long.MaxValue) : log.Watermarks.Start);
        try
        {
            while (!printer.IsDone && await walk.RunAsync(printer.Print, interrupted).ConfigureAwait(false) && isFollowing)
            {
                output.Flush();
                await log.WaitForCommittedAsync(walk.Next, interrupted).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is not OutputClosedException)
        {
            // What is sound before the failure belongs to whoever asked.
            output.Flush();
            throw;
        }

        output.Flush();
        return CommandRunner.Done;
    }

    private static LogPosition? ReadPosition(CommandInput input, CommandOption option)
    {
        if (input.Text(option.Name) is not string text)
        {
            return null;
        }

        return LogPosition.TryParse(text, out LogPosition position)
            ? position
            : throw input.Wrong($"{option.Name} is '{text}': no offset, no time (2026-03-01T12:00:00Z or @1772366400000), and not beginning or end");
    }
}
