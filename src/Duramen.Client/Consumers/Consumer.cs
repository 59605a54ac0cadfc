using System.Runtime.CompilerServices;
using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.Client.Consumers;

/// <summary>
/// Reads records of partitions that it is given (<see cref="Assign(IReadOnlyCollection{TopicPartition}, ReadPosition)"/>) or that its group shares out
/// (<see cref="Subscribe"/>), in the order of each partition. One reader reads at a time; everything else may be called from any thread.
/// <code>
/// await using var client = new KafkaClient("127.0.0.1:9092");
/// await using var consumer = new Consumer(client);
/// consumer.Assign([new TopicPartition("orders", 0)], ReadPosition.Beginning);
/// await foreach (ConsumedRecord record in consumer.ReadAllAsync(stopped)) { ... }
/// </code>
/// <para>
/// A record counts as done with when the next one is asked for, or when <see cref="CommitAsync"/> is called; only what is done with is committed, so that
/// a reader that fails reads the record again.
/// </para>
/// </summary>
public sealed class Consumer : IAsyncDisposable
{
    private readonly KafkaClient _client;
    private readonly ConsumerOptions _options;
    private readonly Fetcher _fetcher;
    private readonly GroupMembership? _group;
    private readonly Lock _lock = new();
    private int _isReading;
    private volatile bool _isInBatch;
    private bool _isClosed;

    /// <summary>Makes a consumer on a client, which must outlive it. Nothing is read yet.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.InvalidOption"/>.</exception>
    public Consumer(KafkaClient client, ConsumerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new();
        _options.Check();
        _fetcher = new(client, _options, FindCommittedAsync);
        _group = _options.GroupId is null ? null : new GroupMembership(client, _options, _fetcher);
    }

    /// <summary>Reads these partitions, and no others, from a position on. Those that were read before keep their place.</summary>
    public void Assign(IReadOnlyCollection<TopicPartition> partitions, ReadPosition from)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        Check();
        _fetcher.Assign([.. partitions.Distinct().Select(partition => KeyValuePair.Create(partition, from))]);
    }

    /// <summary>Joins the group to read its share of topics. What was assigned before is not read any more.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.InvalidOption"/>: the consumer has no group.</exception>
    public void Subscribe(params IReadOnlyCollection<string> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        Check();
        if (_group is null)
        {
            throw NoGroup();
        }

        _group.Subscribe(topics);
    }

    /// <summary>The assigned partitions, and the offset that is read next in each; null where that is not known yet.</summary>
    public IReadOnlyDictionary<TopicPartition, Offset?> Positions =>
        _fetcher.Select(static reader => KeyValuePair.Create(reader.Partition, reader.IsResolved ? reader.Given : (Offset?)null)).ToDictionary();

    /// <summary>Whether the next record is here already, so that reading it does not wait.</summary>
    public bool HasMore => _isInBatch || _fetcher.HasData;

    /// <summary>Goes on at another position of an assigned partition.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public void Seek(TopicPartition partition, ReadPosition position) => _fetcher.Change(partition, reader => reader.Seek(position));

    /// <summary>Stops reading a partition for a while, without giving it up.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public void Pause(TopicPartition partition) => _fetcher.Change(partition, static reader => reader.IsPaused = true);

    /// <summary>Goes on reading a partition.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public void Resume(TopicPartition partition)
    {
        _fetcher.Change(partition, static reader => reader.IsPaused = false);
        _fetcher.News.Set();
    }

    /// <summary>Reads record after record, and waits at the end for more, until it is cancelled. The consumer can be read again afterwards.</summary>
    /// <exception cref="ClientException">
    /// A partition or the group refuses, <see cref="ClientErrors.NoPosition"/>, <see cref="ClientErrors.BadResponse"/>: what was read before is sound.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<ConsumedRecord> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ConsumedBatch batch in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            int index = 0;
            try
            {
                while (index < batch.Records.Length)
                {
                    ConsumedRecord record = batch.Records.Span[index++];
                    _isInBatch = index < batch.Records.Length;
                    Deliver(batch.Partition, record.Offset.Plus(1));
                    yield return record;
                    Finish(batch.Partition, record.Offset.Plus(1));
                }

                // What follows the last record in the batch, compaction removed.
                Deliver(batch.Partition, batch.NextOffset);
                Finish(batch.Partition, batch.NextOffset);
            }
            finally
            {
                _isInBatch = false;
                _fetcher.TryChange(batch.Partition, batch.NextOffset, static (reader, _) => reader.Rewind());
            }
        }
    }

    /// <summary>As <see cref="ReadAllAsync"/>, batch by batch, which costs less for each record.</summary>
    public async IAsyncEnumerable<ConsumedBatch> ReadBatchesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ConsumedBatch batch in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            Deliver(batch.Partition, batch.NextOffset);
            yield return batch;
            Finish(batch.Partition, batch.NextOffset);
        }
    }

    /// <summary>Commits the positions of everything that was read, the last record included.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.Refused"/>: the group went on without this member, for example; the records are read again.</exception>
    public Task CommitAsync(CancellationToken cancellationToken = default)
    {
        Check();
        if (_group is null)
        {
            throw NoGroup();
        }

        _fetcher.Select(static reader => reader.Done = reader.Given);
        return _group.CommitAsync(cancellationToken);
    }

    /// <summary>What the group has committed of a partition; null when nothing.</summary>
    public Task<Offset?> GetCommittedAsync(TopicPartition partition, CancellationToken cancellationToken = default) =>
        _group is null ? throw NoGroup() : _group.FindCommittedAsync(partition, cancellationToken);

    /// <summary>The first record of a partition at or after a moment; null when there is none.</summary>
    /// <param name="partition">The partition, which need not be assigned.</param>
    /// <param name="timestampMs">Milliseconds since 1970.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<TimestampMatch?> FindTimestampAsync(TopicPartition partition, long timestampMs, CancellationToken cancellationToken = default) =>
        Offsets.OffsetFinder.FindAsync(_client, partition, timestampMs, _options.IsReadCommitted, cancellationToken);

    /// <summary>Commits what is done with, when positions are committed while reading; leaves the group; and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        if (_group is not null)
        {
            await _group.DisposeAsync().ConfigureAwait(false);
        }

        await _fetcher.DisposeAsync().ConfigureAwait(false);
    }

    private async IAsyncEnumerable<ConsumedBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check();
        if (Interlocked.Exchange(ref _isReading, 1) != 0)
        {
            throw new InvalidOperationException("The consumer is being read already; one reader reads at a time.");
        }

        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Check();
                if (_group is not null)
                {
                    await _group.PollAsync(cancellationToken).ConfigureAwait(false);
                }

                if (_fetcher.TakeNext() is { } batch)
                {
                    yield return batch;
                }
                else if (_options.StopsAtEnd && _fetcher.IsAtEnd)
                {
                    yield break;
                }
                else
                {
                    await _fetcher.News.WaitAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _isReading, 0);
        }
    }

    private void Deliver(TopicPartition partition, Offset next) => _fetcher.TryChange(partition, next, static (reader, next) => reader.Given = next);

    private void Finish(TopicPartition partition, Offset next) => _fetcher.TryChange(partition, next, static (reader, next) => reader.Done = next);

    private Task<Offset?> FindCommittedAsync(TopicPartition partition, CancellationToken cancellationToken) =>
        _group is null ? Task.FromResult<Offset?>(null) : _group.FindCommittedAsync(partition, cancellationToken);

    private void Check()
    {
        if (Volatile.Read(ref _isClosed))
        {
            throw ClientException.Closed("consumer");
        }
    }

    private static ClientException NoGroup() =>
        new(ClientErrors.InvalidOption, "This consumer belongs to no group.", $"Set {nameof(ConsumerOptions)}.{nameof(ConsumerOptions.GroupId)}.");
}
