using Duramen.Broker;
using Duramen.Coordination.Notes;
using Duramen.Coordination.Topics;
using Duramen.Core.Errors;
using Duramen.Derived;
using Duramen.Disk;
using Duramen.State.Entities;

namespace Duramen.Entities;

/// <summary>The entities in all topics of a node: finds a topic's, opens them when they are first asked for, and bounds how long somebody waits for them.</summary>
internal sealed class NodeEntities(KafkaBroker broker, DerivedStates states, IDisk disk, StateOptions options, TimeProvider time, Action<string> notice)
{
    private const string Kind = "entities";

    // What notes say of who appended: the node itself, which does not ask those who call it who they are.
    private static readonly Appender Node = new("duramen.entities", "", "");

    /// <summary>The topic with a name.</summary>
    /// <exception cref="DuramenException"><see cref="NodeErrors.TopicUnknown"/>.</exception>
    public ServedTopic Find(string topic) => broker.FindTopic(topic, Node) ?? throw DerivedRefusals.NoTopic(topic);

    /// <summary>Has something read from the entities of a partition, for so long as a read may wait.</summary>
    /// <exception cref="DuramenException"><see cref="NodeErrors.StateBehind"/>, <see cref="NodeErrors.StateExhausted"/>, and what the read fails with.</exception>
    public async ValueTask<TResult> ReadAsync<TResult>(
        ServedTopic topic, int partition, Func<EntityLog, CancellationToken, ValueTask<TResult>> read, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.ReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        EntityLog? entities = null;
        try
        {
            using StateLease<OpenEntities> lease = await UseAsync(topic, either.Token).ConfigureAwait(false);
            entities = lease.State.Of(partition);
            return await read(entities, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Behind(topic, entities);
        }
    }

    /// <summary>
    /// Has something appended to the entities of a partition. The index is waited for as long as a read may wait; from then on nobody gives the append up, so that its
    /// caller learns what became of it.
    /// </summary>
    /// <exception cref="DuramenException">As <see cref="ReadAsync"/>, and what the append fails with.</exception>
    public async ValueTask<TResult> AppendAsync<TResult>(ServedTopic topic, int partition, Func<EntityLog, ValueTask<TResult>> append, CancellationToken cancellationToken)
    {
        using StateLease<OpenEntities> lease = await UseAsync(topic, cancellationToken).ConfigureAwait(false);
        EntityLog entities = lease.State.Of(partition);
        if (entities.Position < entities.Log.Watermarks.Committed)
        {
            await ReadAsync(topic, partition, static (log, token) => log.GetVersionAsync("", cancellationToken: token), cancellationToken).ConfigureAwait(false);
        }

        return await append(entities).ConfigureAwait(false);
    }

    private ValueTask<StateLease<OpenEntities>> UseAsync(ServedTopic topic, CancellationToken cancellationToken) => states.UseAsync(
        Kind,
        topic,
        (path, memoryBytes) => new OpenEntities(disk, path, topic, new EntityOptions { MemoryBytes = memoryBytes, Time = time, Notice = notice }),
        cancellationToken);

    private DuramenException Behind(ServedTopic topic, EntityLog? entities) => DerivedRefusals.Behind(
        topic.Topic.Name, entities is null ? 0 : Math.Max(0, entities.Log.Watermarks.Committed.Since(entities.Position)), options.ReadTimeout);
}
