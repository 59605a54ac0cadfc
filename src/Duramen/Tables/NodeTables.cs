using Duramen.Broker;
using Duramen.Coordination.Topics;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Derived;
using Duramen.Disk;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;

namespace Duramen.Tables;

/// <summary>
/// The topics of a node as tables. A table is folded when it is first asked for, follows its topic as long as it is used, and is kept in the node's folder,
/// from where it goes on. What a read sees contains everything that was acknowledged before it. Safe to call from any thread.
/// </summary>
public sealed class NodeTables
{
    private const string Kind = "tables";

    private readonly KafkaBroker _broker;
    private readonly DerivedStates _states;
    private readonly IDisk _disk;
    private readonly StateOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _notice;

    internal NodeTables(KafkaBroker broker, DerivedStates states, IDisk disk, StateOptions options, TimeProvider time, Action<string> notice)
    {
        _broker = broker;
        _states = states;
        _disk = disk;
        _options = options;
        _time = time;
        _notice = notice;
    }

    /// <summary>Reads a topic as a table: what is in the snapshot does not change any more. Whoever opens it disposes it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="asOf">The latest moment that is going to be asked for. The snapshot has everything up to there; by default everything that is committed now.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DuramenException">
    /// <see cref="NodeErrors.TopicUnknown"/>; <see cref="NodeErrors.StateBehind"/>: the table did not get there in <see cref="StateOptions.ReadTimeout"/>;
    /// <see cref="NodeErrors.StateExhausted"/>; <see cref="TableErrors.Stopped"/>: a record cannot be folded.
    /// </exception>
    public async ValueTask<TopicSnapshot> OpenSnapshotAsync(string topic, AsOf asOf = default, CancellationToken cancellationToken = default)
    {
        ServedTopic served = _broker.FindTopic(topic) ?? throw DerivedRefusals.NoTopic(topic);
        using var patience = new CancellationTokenSource(_options.ReadTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        TopicTable? table = null;
        Moment? until = null;
        try
        {
            using StateLease<TopicTable> lease = await _states.UseAsync(Kind, served, (path, memoryBytes) => Open(served, path, memoryBytes), either.Token).ConfigureAwait(false);
            table = lease.State;
            until = Until(table, asOf);
            return await OpenSnapshotAsync(table, until, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw DerivedRefusals.Behind(topic, Missing(table, until), _options.ReadTimeout);
        }
    }

    private TopicTable Open(ServedTopic topic, string path, long memoryBytes) => TopicTable.Open(
        _disk,
        path,
        topic.Logs.Select((log, partition) => new TablePartition(partition, log)),
        new TableOptions { MemoryBytes = memoryBytes, DiskBytes = _options.DiskBytes, ForgetsTrimmed = true, Notice = _notice });

    /// <summary>What has to be folded for a read as of somewhere: no more than there is, so that what is beyond it is refused and not waited for.</summary>
    private static Moment Until(TopicTable table, AsOf asOf)
    {
        Moment committed = table.Committed;
        return asOf.Offset is null && asOf.Moment is null
            ? committed
            : new Moment(committed.Offsets.Select(end => (asOf.Offset ?? asOf.Moment!.Find(end.Partition)) is Offset wanted ? end with { Offset = Offset.Min(wanted, end.Offset) } : end));
    }

    private static async ValueTask<TopicSnapshot> OpenSnapshotAsync(TopicTable table, Moment until, CancellationToken cancellationToken)
    {
        try
        {
            return await table.OpenSnapshotAsync(until, cancellationToken).ConfigureAwait(false);
        }
        catch (TableException stopped) when (stopped.Code == TableErrors.Stopped && Resume(table))
        {
            return await table.OpenSnapshotAsync(until, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has partitions go on that did not stop at a record: a disk that failed is tried again. Whether there was any.</summary>
    private static bool Resume(TopicTable table)
    {
        bool isAny = false;
        foreach (Table one in table.Partitions.Select(table.Of))
        {
            if (one.Fault is { Log: null })
            {
                isAny = true;
                one.Retry();
            }
        }

        return isAny;
    }

    private static long Missing(TopicTable? table, Moment? until) =>
        table is null || until is null ? 0 : until.Offsets.Sum(one => Math.Max(0, one.Offset.Since(table.Of(one.Partition).Position)));
}
