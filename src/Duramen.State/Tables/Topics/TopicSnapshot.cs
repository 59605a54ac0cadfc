using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Tables.Topics;

/// <summary>
/// The tables of a topic's partitions as they were when this was opened. Where a key is in several partitions, which a producer that chooses partitions itself can bring about, it is in the topic
/// several times: there is no order between partitions that could say which is the latest. All members are safe to call from any thread until it is disposed; every span it handed
/// out is good until then, or until its cursor moves on.
/// <para>
/// Every read may be refused as those of <see cref="IStoreSnapshot"/>, and with <see cref="TableErrors.InvalidMoment"/> when the moment is none of this topic's.
/// </para>
/// </summary>
public sealed class TopicSnapshot : IDisposable
{
    private readonly Table[] _tables;
    private readonly int[] _partitions;
    private readonly IStoreSnapshot[] _snapshots;

    internal TopicSnapshot(int[] partitions, Table[] tables, IStoreSnapshot[] snapshots)
    {
        _tables = tables;
        _partitions = partitions;
        _snapshots = snapshots;
        Position = MomentOf(snapshot => snapshot.Position);
        Horizon = MomentOf(snapshot => snapshot.Horizon);
        WholeFrom = new Moment(partitions.Zip(tables, static (partition, table) => new PartitionOffset(partition, table.WholeFrom)));
    }

    /// <summary>The numbers of the partitions, in order.</summary>
    public IReadOnlyList<int> Partitions => _partitions;

    /// <summary>The latest moment to read as of: now.</summary>
    public Moment Position { get; }

    /// <summary>The earliest moment to read as of.</summary>
    public Moment Horizon { get; }

    /// <summary>As of this moment and later ones the table has everything; see <see cref="Table.WholeFrom"/>.</summary>
    public Moment WholeFrom { get; }

    /// <summary>Whether keys and values may be missing as of a moment, since compaction had removed records below <see cref="WholeFrom"/> when they were to be folded.</summary>
    public bool IsPartial(Moment asOf)
    {
        ArgumentNullException.ThrowIfNull(asOf);
        return asOf.Offsets.Any(one => one.Offset < WholeFrom.Find(one.Partition) && one.Offset > Horizon.Find(one.Partition));
    }

    /// <summary>The snapshot of one partition; this one disposes it.</summary>
    /// <exception cref="TableException"><see cref="TableErrors.InvalidMoment"/>: there is no such partition.</exception>
    public IStoreSnapshot Of(int partition)
    {
        int index = Array.BinarySearch(_partitions, partition);
        return index >= 0 ? _snapshots[index] : throw TableRefusals.NoPartition(partition, _partitions);
    }

    /// <summary>
    /// The moment that somebody means: a time is after every record at or before it, in each partition. Offsets must be given for all partitions, since what is not
    /// named could be meant as it is now or as it was then.
    /// </summary>
    /// <exception cref="TableException"><see cref="TableErrors.InvalidMoment"/>: it does not say an offset for each partition.</exception>
    /// <exception cref="Duramen.Log.LogException">The logs cannot be searched by time.</exception>
    public async ValueTask<Moment> FindAsync(AsOf asOf, CancellationToken cancellationToken = default)
    {
        if (asOf.TimestampMs is long timestampMs)
        {
            var found = new PartitionOffset[_partitions.Length];
            for (int index = 0; index < found.Length; index++)
            {
                IStoreSnapshot snapshot = _snapshots[index];
                Offset end = await _tables[index].FindAsOfAsync(snapshot, timestampMs, snapshot.Position, cancellationToken).ConfigureAwait(false);
                found[index] = new PartitionOffset(_partitions[index], end);
            }

            return new Moment(found);
        }

        if (asOf.Offset is Offset offset)
        {
            return _partitions is [int only] ? new Moment([new PartitionOffset(only, offset)]) : throw TableRefusals.OffsetWithoutPartition(offset, _partitions);
        }

        if (asOf.Moment is not null)
        {
            Check(asOf.Moment);
        }

        return asOf.Moment ?? (asOf.IsBeginning ? Horizon : Position);
    }

    /// <summary>Finds the version of a key that was its last as of a moment. False when there was none or the key was removed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="asOf">The moment.</param>
    /// <param name="version">The version.</param>
    /// <param name="partition">The partition that it is in.</param>
    /// <exception cref="TableException"><see cref="TableErrors.AmbiguousKey"/>: the key has a value in several partitions; <see cref="Of"/> has them one by one.</exception>
    public bool TryGet(ReadOnlySpan<byte> key, Moment asOf, out VersionView version, out int partition)
    {
        Check(asOf);
        version = default;
        partition = -1;
        for (int index = 0; index < _partitions.Length; index++)
        {
            if (_snapshots[index].TryGet(key, asOf.Offsets[index].Offset, out VersionView found))
            {
                if (partition >= 0)
                {
                    throw TableRefusals.AmbiguousKey(key, partition, _partitions[index]);
                }

                version = found;
                partition = _partitions[index];
            }
        }

        return partition >= 0;
    }

    /// <summary>
    /// Goes through the keys of a range that had a value as of a moment, in the order of their bytes or the other way, and of one key in the order of its partitions.
    /// </summary>
    public TopicVersions Scan(KeyRange range, Moment asOf, ScanOrder order = ScanOrder.Ascending)
    {
        Check(asOf);
        return TopicVersions.ByKey(_partitions, Open(index => _snapshots[index].Scan(range, asOf.Offsets[index].Offset, order)), order);
    }

    /// <summary>
    /// Goes through the versions of a key, removals included, as <see cref="IStoreSnapshot.History"/> does; those of several partitions by their times, as far as the order in each
    /// partition allows it.
    /// </summary>
    public TopicVersions History(ReadOnlySpan<byte> key)
    {
        byte[] copy = key.ToArray();
        return TopicVersions.ByTime(_partitions, Open(index => _snapshots[index].History(copy)));
    }

    /// <summary>Goes through the keys whose value was another as of one moment than as of another, in the order of their bytes, partition by partition.</summary>
    public TopicDifferences Diff(Moment from, Moment to)
    {
        Check(from);
        Check(to);
        return new TopicDifferences(_partitions, Open(index => _snapshots[index].Diff(from.Offsets[index].Offset, to.Offsets[index].Offset)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IStoreSnapshot snapshot in _snapshots)
        {
            snapshot.Dispose();
        }
    }

    // Refuses a moment that does not have the topic's partitions, each of them within what is known of it.
    private void Check(Moment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        IReadOnlyList<PartitionOffset> offsets = moment.Offsets;
        for (int index = 0; index < Math.Max(offsets.Count, _partitions.Length); index++)
        {
            if (index >= offsets.Count || index >= _partitions.Length || offsets[index].Partition != _partitions[index])
            {
                throw TableRefusals.OtherPartitions(moment, _partitions);
            }

            StoreRefusals.CheckAsOf(offsets[index].Offset, _snapshots[index].Horizon, _snapshots[index].Position, _partitions.Length > 1 ? offsets[index].Partition : null);
        }
    }

    private T[] Open<T>(Func<int, T> open)
        where T : IDisposable
    {
        var opened = new T[_snapshots.Length];
        int count = 0;
        try
        {
            for (; count < opened.Length; count++)
            {
                opened[count] = open(count);
            }

            return opened;
        }
        catch
        {
            // The refusal of one partition is that of the topic.
            while (--count >= 0)
            {
                opened[count].Dispose();
            }

            throw;
        }
    }

    private Moment MomentOf(Func<IStoreSnapshot, Offset> offset) => new(_snapshots.Select((snapshot, index) => new PartitionOffset(_partitions[index], offset(snapshot))));
}
