using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Configs;
using Duramen.Coordination.Topics.Commands;
using Duramen.Core.Errors;
using Duramen.Log;
using Duramen.State.Machines;

namespace Duramen.Coordination.Topics;

/// <summary>
/// The topics with their logs, as this node serves them: the logs follow the catalog. What the catalog decided is in its log before any log of a topic is
/// made or deleted, so a crash between the two is made good when the directory is opened again: logs that are missing are made, and those of topics
/// that are no more are deleted. Finding a topic costs no call and sees only what is committed. All members are safe to call from any thread.
/// </summary>
public sealed class TopicDirectory : IDisposable
{
    private readonly MachineKeeper<ClusterCatalog> _catalog;
    private readonly ILogStore _store;
    private readonly SemaphoreSlim _gate = new(1);

    // Guarded by the gate: the topics that the logs agree with; null before the first time and after a failure.
    private TopicSet? _reached;

    private volatile Served _served = Served.Nothing;

    private TopicDirectory(MachineKeeper<ClusterCatalog> catalog, ILogStore store)
    {
        _catalog = catalog;
        _store = store;
    }

    /// <summary>All topics that are served, in the order of their names, compared as UTF-16 code units.</summary>
    public IEnumerable<ServedTopic> Topics => _served.ByName.Values;

    /// <summary>What topics have where nothing is set on them.</summary>
    public TopicDefaults Defaults => _served.Defaults;

    /// <summary>Makes the logs of a store agree with a catalog.</summary>
    /// <exception cref="LogException">A log could not be made, changed or deleted.</exception>
    /// <exception cref="Duramen.State.StateException">The catalog does not answer.</exception>
    public static async Task<TopicDirectory> OpenAsync(MachineKeeper<ClusterCatalog> catalog, ILogStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(store);
        var directory = new TopicDirectory(catalog, store);
        await directory.FollowAsync(cancellationToken).ConfigureAwait(false);
        return directory;
    }

    /// <summary>The topic with a name; null when none is served.</summary>
    public ServedTopic? Find(string name) => _served.ByName.GetValueOrDefault(name);

    /// <summary>The topic with an id; null when none is served.</summary>
    public ServedTopic? Find(Guid id) => _served.ById.GetValueOrDefault(id);

    /// <summary>Has the catalog decide commands, in this order, and returns when the logs agree with what came of them.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="cancellationToken">Ends the waiting; what was begun goes on.</param>
    /// <exception cref="LogException">
    /// The catalog decided, but a log could not be made, changed or deleted; this is tried again with the next commands and when the directory is opened.
    /// </exception>
    /// <exception cref="Duramen.State.StateException">The catalog did not answer.</exception>
    public Task<IReadOnlyList<TopicResult>> ExecuteAsync(
        IReadOnlyList<ICommand<ClusterCatalog, TopicResult>> commands, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commands);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<IReadOnlyList<TopicResult>>(cancellationToken)
            : DecideAndFollowAsync(commands).WaitAsync(cancellationToken);
    }

    /// <summary>Has the catalog decide one command; see the other.</summary>
    public async Task<TopicResult> ExecuteAsync(ICommand<ClusterCatalog, TopicResult> command, CancellationToken cancellationToken = default) =>
        (await ExecuteAsync([command], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Lets go of the directory; the catalog and the store are their owners'.</summary>
    public void Dispose() => _gate.Dispose();

    private async Task<IReadOnlyList<TopicResult>> DecideAndFollowAsync(IReadOnlyList<ICommand<ClusterCatalog, TopicResult>> commands)
    {
        Task<TopicResult[]> deciding = Task.WhenAll(commands.Select(command => _catalog.ExecuteAsync(command)));

        // A command that was not answered may have had its effect all the same.
        await ((Task)deciding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await FollowAsync(CancellationToken.None).ConfigureAwait(false);
        return await deciding.ConfigureAwait(false);
    }

    /// <summary>Makes the logs agree with the catalog as it is now.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            TopicSet wanted = await _catalog.ExecuteAsync(new ReadTopics(), cancellationToken).ConfigureAwait(false);
            if (wanted == _reached)
            {
                return;
            }

            bool isKnown = _reached is not null;
            _reached = null;
            _served = _served with { Defaults = wanted.Defaults };
            await DeleteLogsAsync(wanted, isKnown).ConfigureAwait(false);
            await ServeTopicsAsync(wanted).ConfigureAwait(false);
            _reached = wanted;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Deletes the logs of topics that are no more: of those that were served, or of any that the store has.</summary>
    private async Task DeleteLogsAsync(TopicSet wanted, bool isKnown)
    {
        ServedTopic[] gone = [.. _served.ByName.Values.Where(served => wanted.Find(served.Topic.Id) is null)];
        _served = gone.Aggregate(_served, (all, topic) => all.Without(topic));
        ILog[] logs = isKnown
            ? [.. gone.SelectMany(topic => topic.Logs)]
            : [.. _store.List().Where(log => IsOrphan(log.Name, wanted))];
        await Task.WhenAll(logs.Select(log => _store.DeleteAsync(log.Id).AsTask())).ConfigureAwait(false);
    }

    private static bool IsOrphan(string logName, TopicSet wanted) =>
        TopicLogName.TryParse(logName, out TopicLogName name) && !(wanted.Find(name.TopicId)?.PartitionCount > name.Partition);

    /// <summary>Serves every topic that is not served as it is now. One that cannot be does not keep back the others.</summary>
    private async Task ServeTopicsAsync(TopicSet wanted)
    {
        Task<ServedTopic>[] serving =
        [
            .. wanted.Topics.Where(topic => Find(topic.Id)?.Topic != topic).Select(ServeTopicAsync),
        ];
        ExceptionDispatchInfo? failure = null;
        foreach (Task<ServedTopic> topic in serving)
        {
            try
            {
                _served = _served.With(await topic.ConfigureAwait(false));
            }
            catch (DuramenException cause)
            {
                failure ??= ExceptionDispatchInfo.Capture(cause);
            }
        }

        failure?.Throw();
    }

    private async Task<ServedTopic> ServeTopicAsync(Topic topic) =>
        new(
            topic,
            await Task.WhenAll(Enumerable.Range(0, topic.PartitionCount).Select(partition => ServePartitionAsync(topic, partition))).ConfigureAwait(false));

    private async Task<ILog> ServePartitionAsync(Topic topic, int partition)
    {
        string name = new TopicLogName(topic.Name, partition, topic.Id).ToString();
        LogOptions options = topic.Settings.Log;
        if (_store.Find(name) is not IReplicaLog log)
        {
            return await _store.CreateAsync(name, options).ConfigureAwait(false);
        }

        // Who commits a log was settled when it was made.
        LogOptions wanted = options with { CommitRule = log.CommitRule };
        if (_store.GetOptions(log.Id) != wanted)
        {
            await _store.SetOptionsAsync(log.Id, wanted).ConfigureAwait(false);
        }

        return log;
    }

    /// <summary>The topics that are served at one moment.</summary>
    private sealed record Served(ImmutableSortedDictionary<string, ServedTopic> ByName, ImmutableSortedDictionary<Guid, ServedTopic> ById, TopicDefaults Defaults)
    {
        public static readonly Served Nothing = new(
            ImmutableSortedDictionary.Create<string, ServedTopic>(StringComparer.Ordinal),
            ImmutableSortedDictionary<Guid, ServedTopic>.Empty,
            TopicDefaults.OfKafka);

        public Served With(ServedTopic topic) => this with { ByName = ByName.SetItem(topic.Topic.Name, topic), ById = ById.SetItem(topic.Topic.Id, topic) };

        public Served Without(ServedTopic topic) => this with { ByName = ByName.Remove(topic.Topic.Name), ById = ById.Remove(topic.Topic.Id) };
    }
}
