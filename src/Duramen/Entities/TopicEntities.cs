using Duramen.Coordination.Topics;
using Duramen.Core.Checksums;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Derived;
using Duramen.Log;
using Duramen.State.Entities;
using Duramen.State.Store;

namespace Duramen.Entities;

/// <summary>
/// The entities of a topic: for every key the records that have it, in order, with versions from 1, each in the partition that Kafka's own partitioner gives its key.
/// Clients of Kafka may produce to the same topic at any time; whoever appends here can say which version he expects. Safe to call from any thread.
/// <code>
/// TopicEntities orders = node.Entities("orders");
/// EntityAppendResult placed = await orders.AppendAsync("order-7", ["placed"], ExpectedVersion.MustNotExist);
/// await orders.AppendAsync("order-7", ["paid"], placed.Version);
/// </code>
/// Every call may be refused with <see cref="NodeErrors.TopicUnknown"/>, <see cref="NodeErrors.StateBehind"/> (the index did not get to the end of the topic in
/// <see cref="StateOptions.ReadTimeout"/>) and <see cref="NodeErrors.StateExhausted"/>.
/// </summary>
public sealed class TopicEntities
{
    private readonly NodeEntities _node;
    private readonly string _topic;
    private readonly int? _partition;

    internal TopicEntities(NodeEntities node, string topic, int? partition = null)
    {
        _node = node;
        _topic = topic;
        _partition = partition;
    }

    /// <summary>
    /// The entities of one partition of the topic, for keys that stand where Kafka's own partitioner does not put them, because their producer has another or the topic
    /// got more partitions.
    /// </summary>
    public TopicEntities InPartition(int partition) => new(_node, _topic, partition);

    /// <summary>The partition that an entity is in.</summary>
    /// <exception cref="DuramenException"><see cref="NodeErrors.TopicUnknown"/>, <see cref="NodeErrors.PartitionUnknown"/>.</exception>
    public int PartitionOf(EntityKey key) => PartitionOf(_node.Find(_topic), key);

    /// <summary>Appends records to an entity, all of them or none; see <see cref="EntityLog.AppendAsync"/>.</summary>
    /// <param name="key">The entity.</param>
    /// <param name="records">The records; together no more than the topic's <c>max.message.bytes</c>.</param>
    /// <param name="expected">What the entity has to be like.</param>
    /// <param name="requestId">When given, an append with an id that was appended before appends nothing and has the result of the first.</param>
    /// <param name="cancellationToken">Ends the waiting before the append; one that was begun is not given up.</param>
    /// <exception cref="EntityException"><see cref="EntityErrors.Conflict"/>, <see cref="EntityErrors.Invalid"/>, <see cref="EntityErrors.OutcomeUnknown"/>.</exception>
    public ValueTask<EntityAppendResult> AppendAsync(
        EntityKey key, IReadOnlyList<NewRecord> records, ExpectedVersion expected = default, string? requestId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        ServedTopic topic = _node.Find(_topic);
        Check(topic, key, records);
        return _node.AppendAsync(topic, PartitionOf(topic, key), entities => entities.AppendAsync(key, records, expected, requestId), cancellationToken);
    }

    /// <summary>As <see cref="AppendAsync"/>, but an entity at another version than expected is an answer, not an exception.</summary>
    public ValueTask<EntityAppendOutcome> TryAppendAsync(
        EntityKey key, IReadOnlyList<NewRecord> records, ExpectedVersion expected = default, string? requestId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        ServedTopic topic = _node.Find(_topic);
        Check(topic, key, records);
        return _node.AppendAsync(topic, PartitionOf(topic, key), entities => entities.TryAppendAsync(key, records, expected, requestId), cancellationToken);
    }

    /// <summary>Reads records of an entity, a page at a time; see <see cref="EntityLog.ReadAsync"/>. Offsets are those of the partition that the entity is in.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.BeyondPosition"/>, <see cref="StoreErrors.BelowHorizon"/>.</exception>
    public ValueTask<EntityPage> ReadAsync(EntityKey key, EntityRead? read = null, CancellationToken cancellationToken = default)
    {
        ServedTopic topic = _node.Find(_topic);
        return _node.ReadAsync(topic, PartitionOf(topic, key), (entities, token) => entities.ReadAsync(key, read, token), cancellationToken);
    }

    /// <summary>The version of an entity, now or as of an offset of its partition; see <see cref="EntityLog.GetVersionAsync"/>.</summary>
    public ValueTask<EntityVersion> GetVersionAsync(EntityKey key, Offset? asOf = null, CancellationToken cancellationToken = default)
    {
        ServedTopic topic = _node.Find(_topic);
        return _node.ReadAsync(topic, PartitionOf(topic, key), (entities, token) => entities.GetVersionAsync(key, asOf, token), cancellationToken);
    }

    /// <summary>
    /// The offset that a time is in the partition of an entity: after every record of the partition at or before it; <see cref="long.MinValue"/> is the start of the partition.
    /// </summary>
    /// <param name="key">The entity.</param>
    /// <param name="timestampMs">Milliseconds since 1970.</param>
    /// <param name="cancellationToken">Gives up the search.</param>
    public ValueTask<Offset> FindAsOfAsync(EntityKey key, long timestampMs, CancellationToken cancellationToken = default)
    {
        ServedTopic topic = _node.Find(_topic);
        int partition = PartitionOf(topic, key);
        return timestampMs == long.MinValue
            ? new ValueTask<Offset>(topic.Logs[partition].Watermarks.Start)
            : _node.ReadAsync(topic, partition, (entities, token) => entities.FindAsOfAsync(timestampMs, token), cancellationToken);
    }

    private int PartitionOf(ServedTopic topic, EntityKey key) =>
        _partition is not int named ? Murmur2.PartitionOf(key.Bytes.Span, topic.Logs.Count)
        : named >= 0 && named < topic.Logs.Count ? named
        : throw DerivedRefusals.NoPartition(_topic, named, topic.Logs.Count);

    // A group of appends is one batch, and may be larger; one append alone is held to what the topic takes of a producer.
    private static void Check(ServedTopic topic, EntityKey key, IReadOnlyList<NewRecord> records)
    {
        long sizeBytes = 0;
        foreach (NewRecord record in records)
        {
            sizeBytes += key.Bytes.Length + (record.Value?.Length ?? 0) + record.Headers.Sum(header => header.Key.Length + (header.Value?.Length ?? 0L));
        }

        int limitBytes = topic.Topic.Settings.MaxMessageBytes;
        if (sizeBytes > limitBytes)
        {
            throw DerivedRefusals.TooLarge(topic.Topic.Name, sizeBytes, limitBytes);
        }
    }
}
