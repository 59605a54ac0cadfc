using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Cli.UserFiles;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Tables;

/// <summary>A topic as a table, folded to its end, for one command.</summary>
internal sealed class TableSession : IAsyncDisposable
{
    private readonly LogSource _source;
    private readonly ScratchFolder? _scratch;
    private readonly TopicTable _table;

    private TableSession(LogSource source, ScratchFolder? scratch, TopicTable table, TopicSnapshot snapshot)
    {
        _source = source;
        _scratch = scratch;
        _table = table;
        Snapshot = snapshot;
    }

    public static CommandOption Kept { get; } = new(
        "--table", "DIR", "keep the table in this folder, so that the next command goes on from it (default: a folder that is removed afterwards)");

    public static CommandOption AsOf { get; } = new(
        "--as-of", "PLACE", "an offset, or P:N,P:N for one in each partition: after every record below it; a time: after every record at or before it (default: the end)");

    /// <summary>The options of every command on a table.</summary>
    public static IReadOnlyList<CommandOption> Options { get; } = [Kept, ClientSession.Partition, LogSource.Data, ClientSession.Bootstrap, ClientSession.Tls, FolderSession.Output];

    /// <summary>The table at the end of the logs.</summary>
    public TopicSnapshot Snapshot { get; }

    /// <summary>Opens the logs that the input names and folds what the table does not have of them.</summary>
    /// <exception cref="TableException"><see cref="TableErrors.Stopped"/>: a record cannot be folded.</exception>
    public static async Task<TableSession> OpenAsync(CommandInput input, CancellationToken interrupted)
    {
        LogSource source = await LogSource.OpenAsync(input).ConfigureAwait(false);
        ScratchFolder? scratch = null;
        TopicTable? table = null;
        try
        {
            IReadOnlyList<SourceLog> logs = await source.FindAsync(input, interrupted).ConfigureAwait(false);
            scratch = input.Has(Kept.Name) ? null : new ScratchFolder();
            string path = input.Text(Kept.Name) is string kept ? FolderSession.PathOf(input, kept, Kept.Name) : scratch!.DataPath;
            var options = new TableOptions { ForgetsTrimmed = true, Notice = Messages.Say };
            table = TopicTable.Open(FolderSession.Disk, path, logs.Select(log => new TablePartition(log.Partition, log.Log)), options);
            return new TableSession(source, scratch, table, await FoldProgress.OpenSnapshotAsync(table, input.Argument(0)!, interrupted).ConfigureAwait(false));
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

    /// <summary>The moment that an option names; the end when it is not given.</summary>
    public ValueTask<Moment> FindAsOfAsync(CommandInput input, CancellationToken interrupted) =>
        FindAsync(input, AsOf.Name, input.Text(AsOf.Name) ?? "end", interrupted);

    /// <summary>The moment that a text names.</summary>
    public ValueTask<Moment> FindAsync(CommandInput input, string name, string text, CancellationToken interrupted) =>
        FindAsync(input, name, ParseAsOf(input, name, text), Snapshot, interrupted);

    /// <summary>What an argument or option says that is to be read.</summary>
    public static AsOf ParseAsOf(CommandInput input, string name, string text) => State.Tables.Topics.AsOf.TryParse(text, out AsOf asOf)
        ? asOf
        : throw input.Wrong($"{name} is '{text}': no offset (120, or 0:120,1:87 for several partitions), no time (2026-03-01T12:00:00Z or @1772366400000), and not beginning or end");

    /// <summary>The moment of a topic that is.</summary>
    public static async ValueTask<Moment> FindAsync(CommandInput input, string name, AsOf asOf, TopicSnapshot snapshot, CancellationToken interrupted)
    {
        try
        {
            Moment moment = await snapshot.FindAsync(asOf, interrupted).ConfigureAwait(false);
            if (snapshot.IsPartial(moment))
            {
                Messages.Say($"as of {moment} keys and values may be missing: compaction had removed records below {snapshot.WholeFrom} when the table was folded");
            }

            return moment;
        }
        catch (TableException unclear) when (unclear.Code == TableErrors.InvalidMoment)
        {
            throw input.Wrong($"{name}: {unclear.Message.TrimEnd('.')}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Snapshot.Dispose();
        await _table.DisposeAsync().ConfigureAwait(false);
        _scratch?.Dispose();
        await _source.DisposeAsync().ConfigureAwait(false);
    }
}
