using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Cli.Tables;
using Duramen.Cli.UserFiles;
using Duramen.Client;
using Duramen.Kafka;
using Duramen.Log;
using Duramen.Sql;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Sql;

/// <summary>The topics that a query names as tables, each folded to its end when it is first named.</summary>
internal sealed class TopicCatalog : ITableCatalog, IAsyncDisposable
{
    private readonly CommandInput _input;
    private readonly LogSource _source;
    private readonly ScratchFolder? _scratch;
    private readonly string _path;
    private readonly AsOf _asOf;
    private readonly List<TopicTable> _tables = [];
    private readonly Dictionary<string, TopicSnapshot> _snapshots = new(StringComparer.Ordinal);

    private TopicCatalog(CommandInput input, AsOf asOf, LogSource source)
    {
        _input = input;
        _asOf = asOf;
        _source = source;
        _scratch = input.Has(TableSession.Kept.Name) ? null : new ScratchFolder();
        _path = input.Text(TableSession.Kept.Name) is string kept ? FolderSession.PathOf(input, kept, TableSession.Kept.Name) : _scratch!.DataPath;
    }

    /// <summary>Opens the data folder or the client that the input names; no topic yet.</summary>
    public static async Task<TopicCatalog> OpenAsync(CommandInput input) =>
        new(input, TableSession.ParseAsOf(input, TableSession.AsOf.Name, input.Text(TableSession.AsOf.Name) ?? "end"), await LogSource.OpenAsync(input).ConfigureAwait(false));

    public async ValueTask<QueryTable?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!_snapshots.TryGetValue(name, out TopicSnapshot? snapshot))
        {
            snapshot = await OpenAsync(name, cancellationToken).ConfigureAwait(false);
            if (snapshot is null)
            {
                return null;
            }

            _snapshots.Add(name, snapshot);
        }

        // Offsets of two logs have nothing to do with each other.
        if (_snapshots.Count > 1 && (_asOf.Offset is not null || _asOf.Moment is not null))
        {
            throw _input.Wrong(
                $"{TableSession.AsOf.Name} is '{_input.Text(TableSession.AsOf.Name)}', and the query reads {string.Join(" and ", _snapshots.Keys.Select(topic => $"'{topic}'"))}: "
                + "an offset is a moment of one topic. Give a time, or each table its own moment, as in orders(1000)");
        }

        return QueryTable.Of(snapshot, await TableSession.FindAsync(_input, TableSession.AsOf.Name, _asOf, snapshot, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<IReadOnlyList<TableSummary>?> ListAsync(CancellationToken cancellationToken) =>
        [.. (await _source.ListAsync(cancellationToken).ConfigureAwait(false)).Select(static topic => new TableSummary(topic.Name, topic.Partitions))];

    public async ValueTask DisposeAsync()
    {
        foreach (TopicSnapshot snapshot in _snapshots.Values)
        {
            snapshot.Dispose();
        }

        foreach (TopicTable table in _tables)
        {
            await table.DisposeAsync().ConfigureAwait(false);
        }

        _scratch?.Dispose();
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<TopicSnapshot?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<SourceLog> logs;
        try
        {
            logs = await _source.FindAsync(name, partition: null, cancellationToken).ConfigureAwait(false);
        }
        catch (LogException error) when (error.Code == LogErrors.NotFound)
        {
            return null;
        }
        catch (ClientException error) when (error.Error == KafkaError.UnknownTopicOrPartition || error.Error == KafkaError.InvalidTopic)
        {
            return null;
        }

        // The names of logs in a folder are any text.
        var table = TopicTable.Open(
            FolderSession.Disk, $"{_path}/{Uri.EscapeDataString(name)}", logs.Select(log => new TablePartition(log.Partition, log.Log)), new TableOptions { ForgetsTrimmed = true, Notice = Messages.Say });
        _tables.Add(table);
        return await FoldProgress.OpenSnapshotAsync(table, name, cancellationToken).ConfigureAwait(false);
    }
}
