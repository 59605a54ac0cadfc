using Duramen.Broker.Connections;
using Duramen.Broker.Fetches;
using Duramen.Broker.Groups;
using Duramen.Broker.Handlers.Cluster;
using Duramen.Broker.Handlers.Configs;
using Duramen.Broker.Handlers.Data;
using Duramen.Broker.Handlers.Groups;
using Duramen.Broker.Handlers.Producers;
using Duramen.Broker.Handlers.Topics;
using Duramen.Broker.Notes;
using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Telemetry;
using Duramen.Broker.Topics;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Notes;
using Duramen.Coordination.Producers;
using Duramen.Coordination.Topics;
using Duramen.Log;
using Duramen.State.Machines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Duramen.Broker;

/// <summary>
/// What Kafka clients talk to: topics, groups and producers on the logs of a store. It is handed connections by whoever listens and logs by whoever keeps
/// them; it knows neither ports nor disks. Safe to call from any thread.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    private readonly MachineKeeper<ClusterCatalog> _catalog;
    private readonly TimeProvider _time;
    private readonly TopicDirectory _directory;
    private readonly BrokerTopics _topics;
    private readonly GroupCoordinator _groups;
    private readonly NoteTaker _notes;
    private readonly BrokerMetrics _metrics;
    private readonly ConnectionServer _connections;

    private KafkaBroker(
        ILogStore store, BrokerOptions options, MachineKeeper<ClusterCatalog> catalog, TopicDirectory directory, TimeProvider time, ILoggerFactory loggers, object? meterScope)
    {
        _catalog = catalog;
        _time = time;
        _directory = directory;
        _topics = new BrokerTopics(directory);
        _groups = new GroupCoordinator(_topics, options, time);
        _notes = new NoteTaker(_topics, time);
        _topics.OnDeleted = _groups.ForgetAsync;
        _topics.OnUncertain = _groups.ForgetOthersAsync;
        _metrics = new BrokerMetrics(meterScope ?? this, time);
        Answers = new AnswerBudget(options.Connections.MaxAnswerBytes);
        Sessions = new FetchSessions(options.MaxFetchSessions, time);
        var server = new RequestServer(Handlers(store, options, time), _metrics);
        _connections = new ConnectionServer(
            server, options.Connections, time, loggers.CreateLogger("Duramen.Broker.Connections"), Answers, _metrics.ConnectionEnded);
        _metrics.Observe(_connections);
        _metrics.Observe("duramen.broker.answers.size", "By", "Bytes of records that clients have asked for and not taken yet.", () => Answers.HeldBytes);
        _metrics.Observe("duramen.broker.fetch.sessions", "{session}", "Fetch sessions at this moment.", () => Sessions.Count);
        _metrics.Observe("duramen.broker.topics", "{topic}", "Topics at this moment.", () => directory.Topics.Count());
    }

    internal ConnectionServer Connections => _connections;

    internal AnswerBudget Answers { get; }

    internal FetchSessions Sessions { get; }

    /// <summary>Opens the catalog of topics on the store, makes the logs agree with it, and is ready for connections.</summary>
    /// <param name="store">Where the logs are; nobody else may append to those of topics or of the catalog.</param>
    /// <param name="options">What the broker is.</param>
    /// <param name="time">The clock and the timers.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="meterScope">The scope of its meter, by which a listener tells the brokers of one process apart.</param>
    /// <exception cref="LogException">A log could not be read, made or deleted.</exception>
    /// <exception cref="Duramen.State.StateException">The catalog cannot be read.</exception>
    public static async Task<KafkaBroker> StartAsync(ILogStore store, BrokerOptions options, TimeProvider time, ILoggerFactory loggers, object? meterScope = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        ILog log = store.Find(ClusterCatalog.LogName) ?? await store.CreateAsync(ClusterCatalog.LogName, ClusterCatalog.LogOptions).ConfigureAwait(false);
        var catalogOptions = new CatalogOptions { DefaultPartitions = options.DefaultPartitions, BrokerId = options.NodeId, MaxPartitions = options.MaxPartitions };
        var catalog = new MachineKeeper<ClusterCatalog>(() => new ClusterCatalog(catalogOptions), log, time);
        TopicDirectory directory = await TopicDirectory.OpenAsync(catalog, store).ConfigureAwait(false);
        return new KafkaBroker(store, options, catalog, directory, time, loggers, meterScope);
    }

    /// <summary>The topics at this moment, in the order of their names, the broker's own excepted.</summary>
    public IEnumerable<ServedTopic> Topics => _directory.Topics.Where(topic => !InternalTopics.Contains(topic.Topic.Name));

    /// <summary>The topic with a name, its logs to be read; null when there is none.</summary>
    public ServedTopic? FindTopic(string name) => _directory.Find(name);

    /// <summary>The topic with an id, its logs to be read; null when there is none.</summary>
    public ServedTopic? FindTopic(Guid id) => _directory.Find(id);

    /// <summary>The topic with a name, its logs to be appended to by the node's own process; null when there is none, or it is the broker's own.</summary>
    /// <param name="name">The name.</param>
    /// <param name="appender">Who appends, for the notes.</param>
    public ServedTopic? FindTopic(string name, Appender appender) =>
        FindTopic(name) is ServedTopic topic && !InternalTopics.Contains(name)
            ? topic with { Logs = [.. topic.Logs.Select((log, index) => new NodeLog(_topics, _notes, topic.Topic.Id, index, log, appender, _time))] }
            : null;

    /// <summary>Serves one connection until it ends. Raises nothing.</summary>
    public Task OnConnectedAsync(ConnectionContext connection) => _connections.OnConnectedAsync(connection);

    /// <summary>
    /// Takes no further request; what was begun is answered, and each connection ends with its last answer. Who waits in a group for other members is
    /// told to look for another coordinator, as those members never come any more.
    /// </summary>
    public async ValueTask DrainAsync()
    {
        _connections.Drain();
        await _groups.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the machines on the logs. The connections have ended before; the logs stay open.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync().ConfigureAwait(false);
        await _notes.DisposeAsync().ConfigureAwait(false);
        await _catalog.DisposeAsync().ConfigureAwait(false);
        Sessions.Dispose();
        _topics.Dispose();
        _directory.Dispose();
        _connections.Dispose();
        _metrics.Dispose();
    }

    private IReadOnlyList<IApiHandler> Handlers(ILogStore store, BrokerOptions options, TimeProvider time) =>
    [
        new MetadataHandler(_topics, options),
        new DescribeClusterHandler(options),
        new DescribeLogDirsHandler(_topics, store),
        new AlterReplicaLogDirsHandler(_topics),
        new ProduceHandler(_topics, _notes, time),
        new FetchHandler(_topics, Sessions, Answers, time),
        new ListOffsetsHandler(_topics),
        new DeleteRecordsHandler(_topics),
        new OffsetForLeaderEpochHandler(_topics),
        new CreateTopicsHandler(_topics),
        new DeleteTopicsHandler(_topics),
        new CreatePartitionsHandler(_topics),
        new ElectLeadersHandler(_topics),
        new AlterPartitionReassignmentsHandler(_topics, options),
        new ListPartitionReassignmentsHandler(),
        new DescribeConfigsHandler(_topics, options),
        new AlterConfigsHandler(_topics),
        new IncrementalAlterConfigsHandler(_topics),
        new InitProducerIdHandler(new ProducerIdAllocator(_catalog)),
        new DescribeProducersHandler(_topics),
        new FindCoordinatorHandler(_groups, options),
        new JoinGroupHandler(_groups),
        new SyncGroupHandler(_groups),
        new HeartbeatHandler(_groups),
        new LeaveGroupHandler(_groups),
        new OffsetCommitHandler(_groups, _topics),
        new OffsetFetchHandler(_groups),
        new OffsetDeleteHandler(_groups, _topics),
        new DescribeGroupsHandler(_groups),
        new ListGroupsHandler(_groups),
        new DeleteGroupsHandler(_groups),
    ];
}
