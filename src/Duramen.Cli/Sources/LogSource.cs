using System.Globalization;
using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Client.Logs;
using Duramen.Coordination.Notes;
using Duramen.Coordination.Topics;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;

namespace Duramen.Cli.Sources;

/// <summary>The logs that a command is about, in a data folder or over the wire, open until it ends.</summary>
internal sealed class LogSource : IAsyncDisposable
{
    // The broker's own topic, which other servers do not have.
    private const string NotesTopic = "__audit";
    private const string OwnTopicPrefix = "__";

    private readonly List<IAsyncDisposable> _opened = [];
    private readonly DataFolder? _folder;
    private readonly KafkaClient? _client;

    private LogSource(DataFolder? folder, KafkaClient? client)
    {
        _folder = folder;
        _client = client;
    }

    public static CommandArgument Log { get; } = new("TOPIC", "the name of a topic; in a data folder also that of any other log");

    public static CommandOption Data { get; } = new("--data", "FOLDER", "read this data folder, whose server is stopped, instead of asking a server");

    /// <summary>Opens the folder that the input names, or a client.</summary>
    public static async Task<LogSource> OpenAsync(CommandInput input)
    {
        if (input.Text(Data.Name) is not string path)
        {
            return new LogSource(null, ClientSession.Open(input));
        }

        return input.Has(ClientSession.Bootstrap.Name)
            ? throw input.Wrong($"{Data.Name} does not go with {ClientSession.Bootstrap.Name}")
            : new LogSource(await FolderSession.OpenAsync(FolderSession.PathOf(input, path, Data.Name)).ConfigureAwait(false), null);
    }

    /// <summary>The partitions of the topic that the input names, all or the one that it says, in order; or the log of that name.</summary>
    public Task<IReadOnlyList<SourceLog>> FindAsync(CommandInput input, CancellationToken interrupted) =>
        FindAsync(input.Argument(0)!, (int?)input.Number(ClientSession.Partition), interrupted);

    /// <summary>The partitions of a topic, all or one, in order; or the log of that name.</summary>
    public async Task<IReadOnlyList<SourceLog>> FindAsync(string name, int? partition, CancellationToken interrupted)
    {
        IReadOnlyList<SourceLog> logs = _folder is not null ? FindInFolder(_folder, name, partition) : await FindRemoteAsync(_client!, name, partition, interrupted).ConfigureAwait(false);
        return logs.Count > 0 ? logs : throw new LogException(
            LogErrors.NotFound,
            $"There is no {(partition is null ? "" : $"partition {partition.Value.ToString(CultureInfo.InvariantCulture)} of ")}'{name}'.",
            _folder is null ? "'duramen topic list' lists the topics." : $"'duramen log list {_folder.Path}' lists the logs.");
    }

    /// <summary>The topics there are, without the cluster's own, and how many partitions each has; of a data folder its other logs too.</summary>
    public async Task<IReadOnlyList<(string Name, int Partitions)>> ListAsync(CancellationToken interrupted)
    {
        if (_folder is not null)
        {
            return
            [
                .. ((ILogStore)_folder).List().GroupBy(found => TopicLogName.TryParse(found.Name, out TopicLogName parsed) ? parsed.Topic : found.Name)
                    .Where(topic => !topic.Key.StartsWith(OwnTopicPrefix, StringComparison.Ordinal)).Select(topic => (topic.Key, topic.Count())),
            ];
        }

        IReadOnlyList<TopicDescription> topics = await new AdminClient(_client!).ListTopicsAsync(interrupted).ConfigureAwait(false);
        return [.. topics.Where(static topic => !topic.IsInternal).Select(static topic => (topic.Name, topic.Partitions.Count))];
    }

    /// <summary>The one log that the input names.</summary>
    public async Task<SourceLog> FindOneAsync(CommandInput input, CancellationToken interrupted)
    {
        IReadOnlyList<SourceLog> logs = await FindAsync(input, interrupted).ConfigureAwait(false);
        return logs.Count == 1 ? logs[0] : throw input.Wrong($"'{input.Argument(0)}' has {logs.Count} partitions: say which with {ClientSession.Partition.Name}");
    }

    /// <summary>The log in which the broker noted who appends; null when there is none, as on other servers.</summary>
    public async Task<ILog?> FindNotesAsync(CancellationToken interrupted)
    {
        if (_folder is not null)
        {
            return FindInFolder(_folder, NotesTopic, partition: 0).SingleOrDefault()?.Log;
        }

        try
        {
            return Opened(await RemoteLog.OpenAsync(_client!, new TopicPartition(NotesTopic, 0), interrupted).ConfigureAwait(false));
        }
        catch (LogException error) when (error.Code == LogErrors.NotFound)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable opened in _opened)
        {
            await opened.DisposeAsync().ConfigureAwait(false);
        }

        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        if (_folder is not null)
        {
            await _folder.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string Label(string topic, int partition) => string.Create(CultureInfo.InvariantCulture, $"{topic}/{partition}");

    private static SourceLog[] FindInFolder(DataFolder folder, string name, int? partition)
    {
        if (partition is null && folder.FindLog(name) is { } log)
        {
            bool isTopic = TopicLogName.TryParse(log.Name, out TopicLogName own);
            return [new SourceLog(log, isTopic ? own.Partition : 0, isTopic ? Label(own.Topic, own.Partition) : log.Name, null)];
        }

        return
        [
            .. ((ILogStore)folder).List()
                .Select(found => (Log: found, IsTopic: TopicLogName.TryParse(found.Name, out TopicLogName parsed), Name: parsed))
                .Where(found => found.IsTopic && found.Name.Topic == name && (partition is null || found.Name.Partition == partition))
                .OrderBy(found => found.Name.Partition)
                .Select(found => new SourceLog(found.Log, found.Name.Partition, Label(found.Name.Topic, found.Name.Partition), new NotedPartition(found.Name.TopicId, found.Name.Partition))),
        ];
    }

    private async Task<IReadOnlyList<SourceLog>> FindRemoteAsync(KafkaClient client, string topic, int? partition, CancellationToken interrupted)
    {
        TopicDescription description = await new AdminClient(client).DescribeTopicAsync(topic, interrupted).ConfigureAwait(false);
        List<SourceLog> logs = [];
        foreach (PartitionDescription one in description.Partitions.Where(one => partition is null || one.Index == partition).OrderBy(one => one.Index))
        {
            RemoteLog log = Opened(await RemoteLog.OpenAsync(client, new TopicPartition(topic, one.Index), interrupted).ConfigureAwait(false));
            logs.Add(new SourceLog(log, one.Index, Label(topic, one.Index), new NotedPartition(description.Id, one.Index)));
        }

        return logs;
    }

    private RemoteLog Opened(RemoteLog log)
    {
        _opened.Add(log);
        return log;
    }
}
