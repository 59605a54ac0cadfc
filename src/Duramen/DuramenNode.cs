using System.Diagnostics;
using System.Net;
using Duramen.Broker;
using Duramen.Coordination.Groups;
using Duramen.Core.Errors;
using Duramen.Derived;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Disk.Posix;
using Duramen.Entities;
using Duramen.Health;
using Duramen.Http;
using Duramen.Listeners;
using Duramen.Log;
using Duramen.Metrics;
using Duramen.State;
using Duramen.Storage.Folders;
using Duramen.Tables;
using Microsoft.Extensions.Logging;

namespace Duramen;

/// <summary>
/// A node: a data folder or memory, the broker on it, and the ports that clients reach it by. Any number of them run in one process. Nothing of a node is
/// static, and disposing it leaves nothing behind but its data folder.
/// <code>
/// await using var node = await DuramenNode.StartAsync();
/// // node.BootstrapServers is what a Kafka client is configured with
/// </code>
/// </summary>
public sealed partial class DuramenNode : IAsyncDisposable
{
    private const string MemoryPath = "/memory";

    private readonly DuramenNodeOptions _options;
    private readonly ILogger _logger;
    private readonly DataFolder _folder;
    private readonly KafkaBroker _broker;
    private readonly DerivedStates _states;
    private readonly NodeEntities _entities;
    private readonly NodeListeners _listeners;
    private readonly MetricsCollector _metrics;
    private readonly Readiness _readiness;
    private int _stopped;

    private DuramenNode(
        DuramenNodeOptions options,
        ILogger logger,
        DataFolder folder,
        KafkaBroker broker,
        DerivedStates states,
        NodeTables tables,
        NodeEntities entities,
        NodeListeners listeners,
        MetricsCollector metrics,
        Readiness readiness,
        TimeSpan startTime)
    {
        _options = options;
        _logger = logger;
        _folder = folder;
        _broker = broker;
        _states = states;
        Tables = tables;
        _entities = entities;
        _listeners = listeners;
        _metrics = metrics;
        _readiness = readiness;
        StartTime = startTime;
    }

    /// <summary>Where Kafka clients connect.</summary>
    public IPEndPoint KafkaEndPoint => _listeners.Kafka;

    /// <summary>Where health, metrics, tables and entities are asked for over HTTP; null when nowhere.</summary>
    public IPEndPoint? HttpEndPoint => _listeners.Http;

    /// <summary>What a Kafka client on this machine is configured with.</summary>
    public string BootstrapServers => Reachable(_listeners.Kafka).ToString();

    /// <summary>The cluster's id, as clients are told.</summary>
    public string ClusterId => ToText(_folder.ClusterId);

    /// <summary>The logs of the node: those of its topics, its own, and any that are made here.</summary>
    public ILogStore Logs => _folder;

    /// <summary>The topics as tables, as of any moment.</summary>
    public NodeTables Tables { get; }

    /// <summary>How long it took to start.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>Starts a node; when it returns clients can connect.</summary>
    /// <param name="options">How it is to be; in memory on free ports by default.</param>
    /// <param name="cancellationToken">Ends the start between two steps, and undoes it.</param>
    /// <exception cref="DuramenException">
    /// The data folder cannot be opened, its catalog cannot be read, or a port cannot be listened on (<see cref="NodeErrors.AddressUnavailable"/>).
    /// </exception>
    public static async Task<DuramenNode> StartAsync(DuramenNodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DuramenNodeOptions();
        long began = Stopwatch.GetTimestamp();
        ILogger logger = options.Loggers.CreateLogger("Duramen.Node");
        object scope = new();
        var metrics = new MetricsCollector(scope);
        DataFolder? folder = null;
        KafkaBroker? broker = null;
        DerivedStates? states = null;
        NodeListeners? listeners = null;
        IDisk disk = options.DataPath is null ? new MemoryDisk() : new PosixDisk();
        try
        {
            folder = await OpenFolderAsync(disk, options, logger).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            broker = await KafkaBroker.StartAsync(folder, BrokerOptionsOf(options, folder, () => listeners?.Http), options.Time, options.Loggers, scope).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            KafkaBroker serving = broker;
            states = new DerivedStates(disk, folder.DerivedPath, topic => serving.FindTopic(topic) is not null, options.State, options.Time, logger);
            var tables = new NodeTables(broker, states, disk, options.State, options.Time, notice => LogNotice(logger, notice));
            var entities = new NodeEntities(broker, states, disk, options.State, options.Time, notice => LogNotice(logger, notice));
            var readiness = new Readiness(folder, options.Time);
            var endpoints = new HttpEndpoints(
                metrics, readiness.FindFaultAsync, new TableEndpoints(broker, tables, options.State, options.Time), new EntityEndpoints(entities, new JsonBodies(options.Time), options.State, options.Time), logger);
            listeners = await NodeListeners.StartAsync(options, broker, endpoints, cancellationToken).ConfigureAwait(false);
            var node = new DuramenNode(options, logger, folder, broker, states, tables, entities, listeners, metrics, readiness, Stopwatch.GetElapsedTime(began));
            LogStarted(logger, node.KafkaEndPoint, node.HttpEndPoint, options.DataPath ?? "memory", (long)node.StartTime.TotalMilliseconds);
            return node;
        }
        catch
        {
            await DisposeAsync(states, broker, folder, metrics).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The entities of a topic, which need not exist yet: the records of each key, appended on condition of their number.</summary>
    public TopicEntities Entities(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new TopicEntities(_entities, topic);
    }

    /// <summary>
    /// Finds out whether the node can commit, by committing a record to a log of its own; null when it can, otherwise what keeps it from that. Answers
    /// are good for a second.
    /// </summary>
    public ValueTask<string?> FindFaultAsync(CancellationToken cancellationToken = default) => _readiness.FindFaultAsync(cancellationToken);

    /// <summary>
    /// Stops: takes no more connections and requests, answers those that were begun, writes everything that is only in the journal to its place, and closes.
    /// Stopping again does nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        try
        {
            _readiness.Stop();
            await _broker.DrainAsync().ConfigureAwait(false);
            await _listeners.StopAsync(_options.DrainTimeout, _options.Time).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync(_states, _broker, _folder, _metrics).ConfigureAwait(false);
            LogStopped(_logger);
        }
    }

    private static async ValueTask DisposeAsync(DerivedStates? states, KafkaBroker? broker, DataFolder? folder, MetricsCollector metrics)
    {
        try
        {
            // They follow the logs, and those are closed last.
            if (states is not null)
            {
                await states.DisposeAsync().ConfigureAwait(false);
            }

            if (broker is not null)
            {
                await broker.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            if (folder is not null)
            {
                await folder.DisposeAsync().ConfigureAwait(false);
            }

            metrics.Dispose();
        }
    }

    private static async ValueTask<DataFolder> OpenFolderAsync(IDisk disk, DuramenNodeOptions options, ILogger logger)
    {
        (Action<string>? noticed, Action<string>? kept) = (options.Storage.Notice, options.Storage.Upkeep);
        return await DataFolder.OpenAsync(disk, options.DataPath is null ? MemoryPath : Path.GetFullPath(options.DataPath), options.Storage with
        {
            Time = options.Time,
            Notice = notice =>
            {
                LogNotice(logger, notice);
                noticed?.Invoke(notice);
            },
            Upkeep = done =>
            {
                LogUpkeep(logger, done);
                kept?.Invoke(done);
            },
        }).ConfigureAwait(false);
    }

    private static BrokerOptions BrokerOptionsOf(DuramenNodeOptions options, DataFolder folder, Func<IPEndPoint?> http) => new()
    {
        ClusterId = ToText(folder.ClusterId),
        NodeId = options.NodeId,
        AdvertisedHost = options.AdvertisedHost,
        AdvertisedPort = options.AdvertisedPort,
        HttpEndPoint = http,
        AutoCreateTopics = options.AutoCreateTopics,
        DefaultPartitions = options.DefaultPartitions,
        OffsetsPartitions = options.OffsetsPartitions,
        MaxPartitions = options.MaxPartitions,
        MaxGroups = options.MaxGroups,
        MaxFetchSessions = options.MaxFetchSessions,
        Groups = options.Groups ?? (options.DataPath is null ? new GroupOptions { InitialRebalanceDelayMs = 0 } : new GroupOptions()),
        Connections = options.Connections,
    };

    // As Kafka writes ids: 16 bytes in base 64 for URLs, without the padding.
    private static string ToText(Guid id) => Convert.ToBase64String(id.ToByteArray(bigEndian: true)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static IPEndPoint Reachable(IPEndPoint bound) =>
        bound.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, bound.Port)
        : bound.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, bound.Port)
        : bound;

    [LoggerMessage(1, LogLevel.Information, "Started: kafka={Kafka} http={Http} data={Data} in {Elapsed} ms.")]
    private static partial void LogStarted(ILogger logger, IPEndPoint kafka, IPEndPoint? http, string data, long elapsed);

    [LoggerMessage(2, LogLevel.Information, "Stopped.")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "{Notice}")]
    private static partial void LogNotice(ILogger logger, string notice);

    [LoggerMessage(4, LogLevel.Information, "{Done}")]
    private static partial void LogUpkeep(ILogger logger, string done);
}
