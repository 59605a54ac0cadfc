using System.Runtime.CompilerServices;
using Duramen.Broker.Partitions;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Configs;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.State.Machines;

namespace Duramen.Broker.Topics;

/// <summary>
/// The topics that the broker serves: those of the directory, with what their configs ask of producers. Finding is safe from any thread; changes go
/// one at a time.
/// </summary>
internal sealed class BrokerTopics(TopicDirectory directory) : IDisposable
{
    // The directory makes another object when a topic changes, so that what was made of one is good for as long as that is found.
    private readonly ConditionalWeakTable<ServedTopic, BrokerTopic> _made = [];
    private readonly SemaphoreSlim _gate = new(1, 1);

    // Guarded by the gate: whether nothing is kept of topics that are no more.
    private bool _isCertain;

    /// <summary>Told of each topic that was deleted; a new topic of the name cannot be made until it returns.</summary>
    public Func<string, Task> OnDeleted { get; set; } = _ => Task.CompletedTask;

    /// <summary>
    /// Told of all topics before the first one is made after a start, and after <see cref="OnDeleted"/> failed: what is kept of other topics was left by a
    /// deletion that did not end, and would be taken for the new topic's. Answers whether it is gone.
    /// </summary>
    public Func<IReadOnlySet<string>, Task<bool>> OnUncertain { get; set; } = _ => Task.FromResult(true);

    /// <summary>What topics have where nothing is set on them.</summary>
    public TopicDefaults Defaults => directory.Defaults;

    public BrokerTopic? Find(string name) => directory.Find(name) is ServedTopic served ? _made.GetValue(served, Make) : null;

    public BrokerTopic? Find(Guid id) => directory.Find(id) is ServedTopic served ? _made.GetValue(served, Make) : null;

    /// <summary>All topics in the order of their names.</summary>
    public IEnumerable<BrokerTopic> List() => directory.Topics.Select(served => _made.GetValue(served, Make));

    /// <summary>Has the catalog decide a change, and returns when the change can be seen.</summary>
    /// <exception cref="Duramen.State.StateException">The catalog does not answer.</exception>
    /// <exception cref="Duramen.Log.LogException">A log of the topic could not be made, changed or deleted; the directory tries again with the next change.</exception>
    public async Task<TopicResult> ChangeAsync(ICommand<ClusterCatalog, TopicResult> change)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_isCertain && change is CreateTopic { ValidateOnly: false })
            {
                _isCertain = await OnUncertain(directory.Topics.Select(topic => topic.Topic.Name).ToHashSet(StringComparer.Ordinal)).ConfigureAwait(false);
            }

            return await directory.ExecuteAsync(change).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Deletes a topic, and what is kept about it elsewhere. Fails as <see cref="ChangeAsync"/> does.</summary>
    public async Task<TopicResult> DeleteAsync(DeleteTopic deletion)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            bool wasCertain = _isCertain;
            _isCertain = false;
            TopicResult result = await directory.ExecuteAsync(deletion).ConfigureAwait(false);
            if (result.Topic is Topic topic)
            {
                await OnDeleted(topic.Name).ConfigureAwait(false);
            }

            _isCertain = wasCertain;
            return result;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static BrokerTopic Make(ServedTopic served)
    {
        TopicSettings settings = served.Topic.Settings;
        var rules = new PartitionRules(
            settings.MaxMessageBytes,
            settings.Log.SegmentSizeBytes,
            settings.IsCompacted,
            settings.TimestampType == TimestampType.LogAppendTime,
            settings.TimestampBeforeMaxMs,
            settings.TimestampAfterMaxMs,
            settings.Codec);
        return new BrokerTopic(served.Topic, [.. served.Logs.Select((log, index) => new Partition(served.Topic.Name, served.Topic.Id, index, log, rules))]);
    }
}
