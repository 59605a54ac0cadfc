using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Cli.Tables;
using Duramen.Core.Errors;
using Duramen.Sql;

namespace Duramen.Cli.Sql;

/// <summary><c>duramen sql</c>: a SELECT over topics as tables.</summary>
internal static class SqlCommand
{
    private static readonly QueryBudget Default = new();

    private static readonly CommandArgument Query = new("QUERY", "one SELECT");

    private static readonly CommandOption Output = new("--output", "FORMAT", "table (the default), csv, or json, one object per line");
    private static readonly CommandOption MaxRows = new("--max-rows", "N", $"stop with an error after so many rows (default: {Default.Rows})", new(0));
    private static readonly CommandOption MaxTime = new("--max-time-ms", "N", $"stop with an error after so long (default: {Default.TimeMs})", new(1));
    private static readonly CommandOption MaxMemory = new("--max-memory", "BYTES", $"stop with an error when sorting and grouping need more (default: {Default.MemoryBytes})", new(1 << 20));

    public static Command Command { get; } = new()
    {
        Name = "sql",
        Summary = "Ask topics in SQL, now or as of any moment",
        Description =
            "A topic is a table with the columns key, value, offset, timestamp and partition, and a row for each key that has a value. \"TOPIC@history\" has a row for each\n"
            + "version; the value of a removal is NULL. duramen_topics lists the topics: name and partitions. Names with dots, dashes or an @ stand in double quotes. value ->> '$.path' takes JSON apart.\n"
            + "Each table can be read as of a moment of its own, orders(1000) or orders('2026-03-01'); --as-of is for those that are not. Several topics need a time there, since an\n"
            + "offset is a moment of one topic. The engine is SQLite, and nothing but SELECT is allowed.",
        Arguments = [Query],
        Options = [TableSession.AsOf, Output, MaxRows, MaxTime, MaxMemory, TableSession.Kept, LogSource.Data, ClientSession.Bootstrap, ClientSession.Tls],
        Examples =
        [
            "duramen sql \"SELECT key, value ->> '$.status' AS status FROM orders\"",
            "duramen sql \"SELECT value ->> '$.country', count(*) FROM customers GROUP BY 1\" --as-of 2026-03-01T12:00:00Z --output csv",
            "duramen sql 'SELECT count(*) FROM \"page-views@history\" WHERE offset >= 1000' --data ./duramen-data",
            "duramen sql \"SELECT now.key FROM orders AS now LEFT JOIN orders(1000) AS old USING (key) WHERE old.key IS NULL\"",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        string format = input.Choice(Output.Name, "table", "json", "csv");
        var budget = new QueryBudget
        {
            Rows = input.Number(MaxRows) ?? Default.Rows,
            TimeMs = input.Number(MaxTime) ?? Default.TimeMs,
            MemoryBytes = input.Number(MaxMemory) ?? Default.MemoryBytes,
        };
        try
        {
            await using TopicCatalog catalog = await TopicCatalog.OpenAsync(input).ConfigureAwait(false);
            using TableQuery query = await TableQuery.PrepareAsync(input.Argument(0)!, catalog, budget, interrupted).ConfigureAwait(false);
            using var output = new StandardOutput();
            using IRowPrinter printer = format switch { "json" => new JsonRows(output, query), "csv" => new CsvRows(output, query), _ => new AlignedRows(output, query) };
            Print(query, printer, output, interrupted);
            return CommandRunner.Done;
        }
        catch (SqlException error) when (error.Budget is not null)
        {
            string option = error.Budget switch { nameof(QueryBudget.Rows) => MaxRows.Name, nameof(QueryBudget.TimeMs) => MaxTime.Name, _ => MaxMemory.Name };
            throw new DuramenException(error.Code, error.Message.Replace($"{nameof(QueryBudget)}.{error.Budget}", option, StringComparison.Ordinal), cause: error);
        }
    }

    private static void Print(TableQuery query, IRowPrinter printer, StandardOutput output, CancellationToken interrupted)
    {
        long rows = 0;
        try
        {
            for (; query.MoveNext(interrupted); rows++)
            {
                printer.Print();
            }
        }
        catch (DuramenException) when (rows > 0)
        {
            // What was found before an error is right, and is shown.
            printer.End();
            output.Flush();
            throw;
        }

        printer.End();
        output.Flush();
        Messages.Tell($"{Wording.Count(rows, "row")}.");
    }
}
