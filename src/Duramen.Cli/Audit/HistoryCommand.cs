using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Coordination.Notes;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Cli.Audit;

internal static class HistoryCommand
{
    private static readonly CommandArgument Key = new("KEY", $"only records with this key, {KeyText.Help}", IsOptional: true);
    private static readonly CommandOption From = new("--from", "PLACE", "the first record of each partition: an offset, a time, beginning (the default) or end");
    private static readonly CommandOption Count = new("--count", "N", "stop after N records", new(0));

    public static Command Command { get; } = new()
    {
        Name = "audit",
        Summary = "List who appended each record, when, and in what order",
        Description =
            "One line for each record: partition, offset, time, producer id/epoch/sequence number, client id, principal, address and key, with tabs between them and - for what is\n"
            + "not known. Client, principal and address are what the server noted (topic config audit.producers). A ? behind the client says that they are not confirmed: the record was\n"
            + "appended in the last second before somebody looked or the server crashed, or while notes were off. 'audit seal', 'audit prove', 'audit verify' and 'audit check' prove that\n"
            + "nothing was altered; a topic of such a name is listed with 'duramen audit -- seal'.",
        Arguments = [LogSource.Log, Key],
        Options = [From, Count, ClientSession.Partition, FolderSession.Output, LogSource.Data, ClientSession.Bootstrap, ClientSession.Tls],
        Examples =
        [
            "duramen audit orders",
            "duramen audit orders customer-17 --from 2026-03-01T12:00:00Z --output json",
            "duramen audit orders --data ./duramen-data --partition 0",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        LogPosition from = default;
        if (input.Text(From.Name) is string text && !LogPosition.TryParse(text, out from))
        {
            throw input.Wrong($"{From.Name} is '{text}': no offset, no time (2026-03-01T12:00:00Z or @1772366400000), and not beginning or end");
        }

        long left = input.Number(Count) ?? long.MaxValue;
        bool isJson = FolderSession.IsJson(input);
        byte[]? key = input.Key(1);
        await using LogSource source = await LogSource.OpenAsync(input).ConfigureAwait(false);
        IReadOnlyList<SourceLog> logs = await source.FindAsync(input, interrupted).ConfigureAwait(false);

        // First the ends, then the notes: whatever is listed was noted by the time the notes are read, but for what is being appended at that moment.
        Offset[] ends = [.. logs.Select(log => log.Log.Watermarks.Committed)];
        NoteBook book = await ReadNotesAsync(source, logs, interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        using var printer = new HistoryPrinter(output, isJson, book, key) { CountLeft = left };
        for (int index = 0; index < logs.Count && printer.CountLeft > 0; index++)
        {
            await PrintAsync(logs[index], from, ends[index], printer, output, interrupted).ConfigureAwait(false);
        }

        output.Flush();
        return CommandRunner.Done;
    }

    private static async Task PrintAsync(
        SourceLog log, LogPosition from, Offset end, HistoryPrinter printer, StandardOutput output, CancellationToken interrupted)
    {
        // An offset that a partition does not reach is no error where there are several.
        Offset first = from.Offset is { } offset
            ? Offset.Min(Offset.Max(offset, log.Log.Watermarks.Start), end)
            : await from.FindFirstAsync(log.Log, interrupted).ConfigureAwait(false);
        printer.Begin(log, first, end);
        try
        {
            await new BatchWalk(log.Log, first).RunAsync(printer.Print, interrupted).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutputClosedException)
        {
            // What is sound before the failure belongs to whoever asked.
            output.Flush();
            throw;
        }
    }

    private static async Task<NoteBook> ReadNotesAsync(LogSource source, IReadOnlyList<SourceLog> logs, CancellationToken interrupted)
    {
        HashSet<NotedPartition> wanted = [.. logs.Select(log => log.Notes).OfType<NotedPartition>()];
        var book = new NoteBook(wanted.Contains);
        if (wanted.Count == 0 || await source.FindNotesAsync(interrupted).ConfigureAwait(false) is not ILog notes)
        {
            return book;
        }

        using var decoder = new RecordBatchDecoder();
        await new BatchWalk(notes, notes.Watermarks.Start).RunAsync(batch => Add(book, notes, batch, decoder), interrupted).ConfigureAwait(false);
        return book;
    }

    private static bool Add(NoteBook book, ILog notes, RecordBatchView batch, RecordBatchDecoder decoder)
    {
        BatchFault fault = decoder.Open(batch, out RecordReader records);
        while (fault.IsNone && records.TryRead(out RecordView record))
        {
            book.Add(record);
        }

        fault = fault.IsNone ? records.Fault : fault;
        return fault.IsNone ? true : throw RecordPrinter.Undecodable(notes, batch, fault);
    }
}
