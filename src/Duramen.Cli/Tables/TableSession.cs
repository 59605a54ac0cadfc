using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Cli.UserFiles;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Store;
using Duramen.State.Tables;

namespace Duramen.Cli.Tables;

/// <summary>A log as a table, folded to its end, for one command.</summary>
internal sealed class TableSession : IAsyncDisposable
{
    private readonly LogSource _source;
    private readonly ScratchFolder? _scratch;
    private readonly Table _table;

    private TableSession(LogSource source, ScratchFolder? scratch, Table table)
    {
        _source = source;
        _scratch = scratch;
        _table = table;
        Snapshot = table.OpenSnapshot();
    }

    public static CommandOption Kept { get; } = new(
        "--table", "DIR", "keep the table in this folder, so that the next command goes on from it (default: a folder that is removed afterwards)");

    public static CommandOption AsOf { get; } = new(
        "--as-of", "PLACE", "an offset: after every record below it; a time: before the first record that is later (default: the end)");

    /// <summary>The options of every command on a table.</summary>
    public static IReadOnlyList<CommandOption> Options { get; } = [Kept, ClientSession.Partition, LogSource.Data, ClientSession.Bootstrap, FolderSession.Output];

    /// <summary>The table at the end of the log.</summary>
    public IStoreSnapshot Snapshot { get; }

    /// <summary>Opens the log that the input names and folds what the table does not have of it.</summary>
    /// <exception cref="TableException"><see cref="TableErrors.Stopped"/>: a record cannot be folded.</exception>
    public static async Task<TableSession> OpenAsync(CommandInput input, CancellationToken interrupted)
    {
        LogSource source = await LogSource.OpenAsync(input).ConfigureAwait(false);
        ScratchFolder? scratch = null;
        Table? table = null;
        try
        {
            ILog log = (await source.FindOneAsync(input, interrupted).ConfigureAwait(false)).Log;
            scratch = input.Has(Kept.Name) ? null : new ScratchFolder();
            string path = Path.GetFullPath(input.Text(Kept.Name) ?? scratch!.DataPath);
            table = Table.Open(FolderSession.Disk, path, log, new TableOptions { Notice = Messages.Say });
            await table.WaitForAsync(log.Watermarks.Committed, interrupted).ConfigureAwait(false);
            return new TableSession(source, scratch, table);
        }
        catch
        {
            if (table is not null)
            {
                await table.DisposeAsync().ConfigureAwait(false);
            }

            scratch?.Dispose();
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The offset that an option names; the end when it is not given.</summary>
    public ValueTask<Offset> FindAsOfAsync(CommandInput input, CancellationToken interrupted) =>
        FindAsync(input, AsOf.Name, input.Text(AsOf.Name) ?? "end", interrupted);

    /// <summary>The offset that a text names.</summary>
    public async ValueTask<Offset> FindAsync(CommandInput input, string name, string text, CancellationToken interrupted)
    {
        if (!LogPosition.TryParse(text, out LogPosition position))
        {
            throw input.Wrong($"{name} is '{text}': no offset, no time (2026-03-01T12:00:00Z or @1772366400000), and not beginning or end");
        }

        return position.Offset
            ?? (position.TimestampMs is long timestampMs ? await _table.FindAsOfAsync(timestampMs, interrupted).ConfigureAwait(false)
                : position.IsEnd ? Snapshot.Position : Snapshot.Horizon);
    }

    public async ValueTask DisposeAsync()
    {
        Snapshot.Dispose();
        await _table.DisposeAsync().ConfigureAwait(false);
        _scratch?.Dispose();
        await _source.DisposeAsync().ConfigureAwait(false);
    }
}
