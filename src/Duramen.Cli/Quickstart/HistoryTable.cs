using System.Text;
using Duramen.Cli.Commands;
using Duramen.Client;
using Duramen.Client.Logs;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Quickstart;

/// <summary>The quickstart's topic as a table, read over the wire as the table commands do it, to its end.</summary>
internal sealed class HistoryTable : IAsyncDisposable
{
    private readonly RemoteLog _log;
    private readonly TopicTable _table;
    private readonly TopicSnapshot _snapshot;

    private HistoryTable(RemoteLog log, TopicTable table, TopicSnapshot snapshot)
    {
        _log = log;
        _table = table;
        _snapshot = snapshot;
    }

    /// <summary>The moment after every record.</summary>
    public Moment End => _snapshot.Position;

    /// <summary>Folds the topic into a table in a folder.</summary>
    public static async Task<HistoryTable> OpenAsync(KafkaClient client, string path, CancellationToken cancellationToken)
    {
        RemoteLog log = await RemoteLog.OpenAsync(client, new TopicPartition(HistoryTopic.Name, 0), cancellationToken).ConfigureAwait(false);
        TopicTable table = TopicTable.Open(FolderSession.Disk, path, [new TablePartition(0, log)]);
        try
        {
            return new HistoryTable(log, table, await table.OpenSnapshotAsync(table.Committed, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await table.DisposeAsync().ConfigureAwait(false);
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The moment with an offset.</summary>
    public ValueTask<Moment> FindAsync(Offset offset, CancellationToken cancellationToken) => _snapshot.FindAsync(AsOf.At(offset), cancellationToken);

    /// <summary>The table of files at a moment, with some of them as they were.</summary>
    public async ValueTask<FilesShown> ShowAsync(Moment asOf, GitCommit? commit, IReadOnlyList<byte[]> paths, CancellationToken cancellationToken)
    {
        long count = 0;
        using (TopicVersions files = _snapshot.Scan(KeyRange.All, asOf))
        {
            while (files.MoveNext())
            {
                count++;
            }
        }

        var rows = new List<FileVersion>();
        foreach (byte[] path in paths)
        {
            if (_snapshot.TryGet(path, asOf, out VersionView version, out _))
            {
                rows.Add(FileVersion.Of(version));
            }
        }

        return new FilesShown(asOf, asOf.Equals(End), commit, count, await DescribeAsync(rows, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The path of some record, for a history of which no file is left.</summary>
    public byte[] AnyPath()
    {
        IStoreSnapshot partition = _snapshot.Of(0);
        using IVersionCursor versions = partition.Changes(partition.Horizon, partition.Position);
        versions.MoveNext();
        return versions.Current.Key.ToArray();
    }

    /// <summary>The files that are there and changed most often, that one first.</summary>
    public IReadOnlyList<byte[]> MostChanged(int most)
    {
        // A path of bytes is a string of as many characters here.
        var changes = new Dictionary<string, int>(StringComparer.Ordinal);
        IStoreSnapshot partition = _snapshot.Of(0);
        using (IVersionCursor versions = partition.Changes(partition.Horizon, partition.Position))
        {
            while (versions.MoveNext())
            {
                string path = Encoding.Latin1.GetString(versions.Current.Key);
                changes[path] = changes.GetValueOrDefault(path) + 1;
            }
        }

        return
        [
            .. changes.OrderByDescending(path => path.Value).ThenBy(path => path.Key, StringComparer.Ordinal)
                .Select(path => Encoding.Latin1.GetBytes(path.Key))
                .Where(path => partition.TryGet(path, partition.Position, out _))
                .Take(most),
        ];
    }

    /// <summary>The last versions of a file, and how many there are.</summary>
    public async ValueTask<(IReadOnlyList<FileVersion> Last, long Count)> ReadHistoryAsync(byte[] path, int most, CancellationToken cancellationToken)
    {
        long count = 0;
        var last = new Queue<FileVersion>();
        using (TopicVersions versions = _snapshot.History(path))
        {
            for (; versions.MoveNext(); count++)
            {
                last.Enqueue(FileVersion.Of(versions.Current));
                if (last.Count > most)
                {
                    last.Dequeue();
                }
            }
        }

        return (await DescribeAsync([.. last], cancellationToken).ConfigureAwait(false), count);
    }

    /// <summary>What was changed between two moments.</summary>
    public FileDifferences Compare(Moment from, Moment to, int most)
    {
        var count = new long[3];
        var first = new List<FileDifferences.Difference>();
        using TopicDifferences differences = _snapshot.Diff(from, to);
        while (differences.MoveNext())
        {
            DifferenceView one = differences.Current;
            count[(int)one.Kind]++;
            if (first.Count < most)
            {
                first.Add(new(one.Kind, one.Key.ToArray(), FileVersion.ContentOf(one.Before.Value), FileVersion.ContentOf(one.After.Value)));
            }
        }

        return new FileDifferences(count[(int)DifferenceKind.Added], count[(int)DifferenceKind.Changed], count[(int)DifferenceKind.Removed], first);
    }

    public async ValueTask DisposeAsync()
    {
        _snapshot.Dispose();
        await _table.DisposeAsync().ConfigureAwait(false);
        await _log.DisposeAsync().ConfigureAwait(false);
    }

    // The table has what became of a file. Why, only its record knows.
    private async ValueTask<IReadOnlyList<FileVersion>> DescribeAsync(List<FileVersion> versions, CancellationToken cancellationToken)
    {
        using var decoder = new RecordBatchDecoder();
        for (int index = 0; index < versions.Count; index++)
        {
            using LogSlice slice = await _log.ReadAsync(versions[index].Offset, new ReadLimits(1), cancellationToken).ConfigureAwait(false);
            versions[index] = versions[index] with { Why = Find(slice.Batches.Span, versions[index].Offset, decoder) };
        }

        return versions;
    }

    private static ChangeDescription Find(ReadOnlySpan<byte> batches, Offset offset, RecordBatchDecoder decoder)
    {
        if (RecordBatchView.TryRead(batches, out RecordBatchView batch) && decoder.Open(batch, out RecordReader reader).IsNone)
        {
            while (reader.TryRead(out RecordView record))
            {
                foreach (RecordHeaderView header in record.Headers)
                {
                    if (record.Offset == offset && header.GetKey() == HistoryTopic.ChangeHeader)
                    {
                        return ChangeDescription.Read(header.Value.Span.ToArray());
                    }
                }
            }
        }

        return ChangeDescription.None;
    }
}
