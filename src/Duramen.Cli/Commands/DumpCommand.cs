using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Commands;

internal static class DumpCommand
{
    private static readonly CommandOption From = new("--from", "PLACE", "the batch with this record first: an offset, a time, beginning (the default) or end");
    private static readonly CommandOption Count = new("--count", "N", "stop after N batches", new(0));

    public static Command Command { get; } = new()
    {
        Name = "log dump",
        Summary = "Print the batches of a log with every header field, and their records",
        Description =
            "Text is one line per batch with its header fields, and below it one JSON object per record. JSON is one object per batch, with an array\n"
            + "of its records. Batches are printed whole, control batches too.",
        Arguments = [FolderSession.Folder, FolderSession.LogToRead],
        Options = [From, Count, FolderSession.Output],
        Examples = ["duramen log dump data orders --count 2", "duramen log dump data orders --from 100 --count 1 --output json"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        LogPosition from = default;
        if (input.Text(From.Name) is string text && !LogPosition.TryParse(text, out from))
        {
            throw input.Wrong($"{From.Name} is '{text}': no offset, no time, and not beginning or end");
        }

        long left = input.Number(Count) ?? long.MaxValue;
        bool isJson = FolderSession.IsJson(input);
        await using DataFolder folder = await FolderSession.OpenAsync(input).ConfigureAwait(false);
        DiskLog log = FolderSession.FindLogToRead(folder, input);
        using var output = new StandardOutput();
        using var printer = new BatchPrinter(output, log, isJson);
        Offset first = await from.FindFirstAsync(log, interrupted).ConfigureAwait(false);
        if (left == 0)
        {
            return CommandRunner.Done;
        }

        try
        {
            await new BatchWalk(log, first).RunAsync(Print, interrupted).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutputClosedException)
        {
            output.Flush();
            throw;
        }

        output.Flush();
        return CommandRunner.Done;

        bool Print(RecordBatchView batch)
        {
            printer.Print(batch);
            output.FlushIfLarge();
            return --left > 0;
        }
    }
}
