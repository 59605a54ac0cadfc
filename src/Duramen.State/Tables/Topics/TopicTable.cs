using System.Globalization;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Store;

namespace Duramen.State.Tables.Topics;

/// <summary>
/// A topic as a table: a <see cref="Table"/> for each partition, read together as of one <see cref="Moment"/>. A log that is no topic's is a topic with one partition. All
/// members are safe to call from any thread.
/// </summary>
public sealed class TopicTable : IAsyncDisposable
{
    private readonly TablePartition[] _partitions;
    private readonly int[] _numbers;
    private readonly Table[] _tables;

    private TopicTable(TablePartition[] partitions, Table[] tables)
    {
        _partitions = partitions;
        _numbers = [.. partitions.Select(partition => partition.Number)];
        _tables = tables;
    }

    /// <summary>The numbers of the partitions, in order.</summary>
    public IReadOnlyList<int> Partitions => _numbers;

    /// <summary>Where the logs end that the table follows, as far as can be read of them.</summary>
    public Moment Committed => MomentOf(index => _partitions[index].Log.Watermarks.Committed);

    /// <summary>What the table has got to.</summary>
    public Moment Position => MomentOf(index => _tables[index].Position);

    /// <summary>Opens the tables of a topic: the latest value of each key, and what it was before.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The folder; each partition has one in it, named by its number.</param>
    /// <param name="partitions">The partitions, all or some.</param>
    /// <param name="options">What the tables may use together.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    public static TopicTable Open(IDisk disk, string path, IEnumerable<TablePartition> partitions, TableOptions? options = null) =>
        Open(disk, path, new LatestByKey(options?.Notice), partitions, options);

    /// <summary>Opens the tables that a projection makes of each partition by itself.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The folder; each partition has one in it, named by its number.</param>
    /// <param name="projection">What each table is computed by. Its calls for several partitions come at the same time, from several threads.</param>
    /// <param name="partitions">The partitions, all or some.</param>
    /// <param name="options">What the tables may use together.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    public static TopicTable Open(IDisk disk, string path, IProjection projection, IEnumerable<TablePartition> partitions, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(path);
        TablePartition[] all = [.. partitions.OrderBy(partition => partition.Number)];
        if (all.Length == 0 || all.DistinctBy(partition => partition.Number).Count() < all.Length)
        {
            throw new ArgumentException("A topic has partitions, each with a number of its own.", nameof(partitions));
        }

        TableOptions share = ShareOf(options ?? new TableOptions(), all.Length);
        var tables = new List<Table>(all.Length);
        try
        {
            foreach (TablePartition partition in all)
            {
                tables.Add(Table.Open(disk, string.Create(CultureInfo.InvariantCulture, $"{path}/{partition.Number}"), projection, [partition.Log], share));
            }
        }
        catch
        {
            foreach (Table table in tables)
            {
                table.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }

            throw;
        }

        return new TopicTable(all, [.. tables]);
    }

    /// <summary>The table of one partition.</summary>
    /// <exception cref="TableException"><see cref="TableErrors.InvalidMoment"/>: there is no such partition.</exception>
    public Table Of(int partition)
    {
        int index = Array.BinarySearch(_numbers, partition);
        return index >= 0 ? _tables[index] : throw TableRefusals.NoPartition(partition, _numbers);
    }

    /// <summary>What can be read at this moment, unchanged by what is folded later. Whoever opens it disposes it.</summary>
    /// <exception cref="TableException">As <see cref="Table.OpenSnapshot"/>.</exception>
    public TopicSnapshot OpenSnapshot()
    {
        var snapshots = new List<IStoreSnapshot>(_tables.Length);
        try
        {
            foreach (Table table in _tables)
            {
                snapshots.Add(table.OpenSnapshot());
            }

            return new TopicSnapshot(_numbers, _tables, [.. snapshots]);
        }
        catch
        {
            snapshots.ForEach(static snapshot => snapshot.Dispose());
            throw;
        }
    }

    /// <summary>
    /// What can be read as soon as everything below a moment is folded: that, and perhaps more; <see cref="Committed"/> waits for everything there is. Whoever opens it disposes it.
    /// </summary>
    /// <exception cref="TableException">As <see cref="WaitForAsync"/>.</exception>
    public async ValueTask<TopicSnapshot> OpenSnapshotAsync(Moment moment, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await WaitForAsync(moment, cancellationToken).ConfigureAwait(false);
            TopicSnapshot snapshot = OpenSnapshot();
            if (moment.Offsets.All(one => snapshot.Position[one.Partition] >= one.Offset))
            {
                return snapshot;
            }

            snapshot.Dispose();
        }
    }

    /// <summary>Returns when everything below a moment is folded and can be read; <see cref="Committed"/> waits for everything there is.</summary>
    /// <exception cref="TableException">As <see cref="Table.WaitForAsync"/>; <see cref="TableErrors.InvalidMoment"/>: the moment has a partition that the topic does not have.</exception>
    public async ValueTask WaitForAsync(Moment moment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(moment);
        foreach (PartitionOffset one in moment.Offsets)
        {
            await Of(one.Partition).WaitForAsync(one.Offset, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the tables, as <see cref="Table.DisposeAsync"/> does.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Table table in _tables)
        {
            await table.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static TableOptions ShareOf(TableOptions options, int count) => options with
    {
        MemoryBytes = Math.Max(StoreLimits.MemoryMinBytes, options.MemoryBytes / count),
        DiskBytes = options.DiskBytes == long.MaxValue ? long.MaxValue : options.DiskBytes / count,
        RecentBytes = options.RecentBytes / count,
    };

    private Moment MomentOf(Func<int, Offset> offset) => new(_numbers.Select((number, index) => new PartitionOffset(number, offset(index))));
}
