using System.Collections.Concurrent;
using Duramen.Client.Cluster;
using Duramen.Core.Random;
using Duramen.Kafka;
using Duramen.Records.Batches;

namespace Duramen.Client.Producers;

/// <summary>
/// Appends records to topics: gathers them in batches for each partition, sends those to the leaders, and sends them again when a leader changes or a
/// connection breaks. By default it is idempotent and waits for all replicas: a record that was acknowledged is in the log once, and those of one
/// partition are in the order in which they were given. Safe to use from any thread; the order of calls from several threads is theirs to make.
/// <code>
/// await using var client = new KafkaClient("127.0.0.1:9092");
/// await using var producer = new Producer(client);
/// ProduceResult result = await producer.ProduceAsync(new OutgoingRecord("orders", value));
/// </code>
/// </summary>
public sealed class Producer : IAsyncDisposable
{
    private readonly KafkaClient _client;
    private readonly ProducerOptions _options;
    private readonly BatchBuilders _builders = new();
    private readonly ByteBudget _budget;
    private readonly ProducerSender _sender;
    private readonly ConcurrentDictionary<string, TopicEntry> _topics = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private bool _isClosed;

    /// <summary>Makes a producer on a client, which must outlive it. Nothing is sent yet.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.InvalidOption"/>.</exception>
    public Producer(KafkaClient client, ProducerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new();
        _options.Check();
        _budget = new(_options.BufferBytes);
        _sender = new(client, _options, _builders, _budget, GrowAll);
    }

    /// <summary>
    /// Produces a record and returns when it is acknowledged. It has its place behind the records of its topic that were given before when the call returns
    /// its task. Its bytes are copied by then unless it has to wait for room, or for what is known of the topic: they must stay until the task ends.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Ends the wait for room. A record that was taken is sent, and waited for, all the same.</param>
    /// <exception cref="ClientException">
    /// <see cref="ClientErrors.Refused"/>, <see cref="ClientErrors.RecordTooLarge"/>: it is not in the log. <see cref="ClientErrors.DeliveryTimedOut"/>: see its
    /// message. <see cref="ClientErrors.Unreachable"/>, <see cref="ClientErrors.Closed"/>.
    /// </exception>
    public ValueTask<ProduceResult> ProduceAsync(OutgoingRecord record, CancellationToken cancellationToken = default) =>
        TryAppend(record, isWatched: true, out ProduceBatch? batch, out short index)
            ? new ValueTask<ProduceResult>(batch!, index)
            : ProduceLaterAsync(record, cancellationToken);

    /// <summary>
    /// Gives a record to be produced without waiting for its acknowledgement; waits for room only. When it fails, <see cref="FlushAsync"/> says so.
    /// </summary>
    /// <exception cref="ClientException">As <see cref="ProduceAsync"/>, as far as it is known before the record is sent.</exception>
    public ValueTask EnqueueAsync(OutgoingRecord record, CancellationToken cancellationToken = default) =>
        TryAppend(record, isWatched: false, out _, out _)
            ? ValueTask.CompletedTask
            : new ValueTask(AppendLaterAsync(record, isWatched: false, cancellationToken));

    /// <summary>Sends everything that was given, and returns when it is acknowledged.</summary>
    /// <exception cref="ClientException">The first failure, since the last flush, of a record that was given by <see cref="EnqueueAsync"/>.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var unfinished = new List<ProduceBatch>();
        foreach (TopicEntry topic in _topics.Values)
        {
            // Whoever came before and waits has appended when it is this one's turn.
            await topic.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            topic.Turn.Release();
            foreach (PartitionQueue queue in topic.Queues?.Partitions ?? [])
            {
                List<ProduceBatch> batches = queue.Flush();
                if (batches.Count > 0)
                {
                    unfinished.AddRange(batches);
                    _sender.Notice(queue);
                }
            }
        }

        foreach (ProduceBatch batch in unfinished)
        {
            await batch.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_sender.TakeUnwatchedFailure() is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Sends what was given, waits for it, and ends. What fails then has failed for whoever waits for it; call <see cref="FlushAsync"/> to know.</summary>
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

        try
        {
            await FlushAsync().ConfigureAwait(false);
        }
        catch (ClientException)
        {
            // Disposing reports nothing: it often runs because of another failure.
        }

        await _sender.DisposeAsync().ConfigureAwait(false);
        _builders.Dispose();
    }

    private async ValueTask<ProduceResult> ProduceLaterAsync(OutgoingRecord record, CancellationToken cancellationToken)
    {
        (ProduceBatch batch, short index) = await AppendLaterAsync(record, isWatched: true, cancellationToken).ConfigureAwait(false);
        return await new ValueTask<ProduceResult>(batch, index).ConfigureAwait(false);
    }

    // In turn with the others of its topic that have to wait, so that records keep the order of the calls.
    private async Task<(ProduceBatch Batch, short Index)> AppendLaterAsync(OutgoingRecord record, bool isWatched, CancellationToken cancellationToken)
    {
        int sizeBytes = SizeOf(record);
        TopicEntry topic = _topics.GetOrAdd(record.Topic, static _ => new());
        Interlocked.Increment(ref topic.Waiting);
        try
        {
            await topic.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                topic.Queues ??= await MakeQueuesAsync(record.Topic, cancellationToken).ConfigureAwait(false);
                if (record.Partition >= topic.Queues.Partitions.Count)
                {
                    // It may have been added since the cluster was asked.
                    Grow(record.Topic, topic, await _client.RefreshAsync([record.Topic], cancellationToken: cancellationToken).ConfigureAwait(false));
                }

                ValueTask granted = _budget.TakeAsync(sizeBytes, cancellationToken);
                _sender.Hurry();
                await granted.ConfigureAwait(false);
                return Append(topic.Queues, record, sizeBytes, isWatched);
            }
            finally
            {
                topic.Turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref topic.Waiting);
        }
    }

    // False when it has to wait for room, for the topic, or for others that wait; and then nothing was done.
    private bool TryAppend(in OutgoingRecord record, bool isWatched, out ProduceBatch? batch, out short index)
    {
        batch = null;
        index = 0;
        ArgumentNullException.ThrowIfNull(record.Topic);
        if (Volatile.Read(ref _isClosed))
        {
            throw ClientException.Closed("producer");
        }

        int sizeBytes = SizeOf(record);
        if (!_topics.TryGetValue(record.Topic, out TopicEntry? topic)
            || topic.Queues is not { } queues
            || record.Partition >= queues.Partitions.Count
            || Volatile.Read(ref topic.Waiting) > 0
            || !_budget.TryTake(sizeBytes))
        {
            return false;
        }

        (batch, index) = Append(queues, record, sizeBytes, isWatched);
        return true;
    }

    // Appends what was granted its bytes.
    private (ProduceBatch Batch, short Index) Append(TopicQueues queues, in OutgoingRecord record, int sizeBytes, bool isWatched)
    {
        if (queues.Choose(record, sizeBytes) is not { } queue)
        {
            _budget.Return(sizeBytes);
            throw ClientException.Refused(
                FormattableString.Invariant($"Producing to partition {record.Partition} of topic '{record.Topic}', which has {queues.Partitions.Count},"),
                KafkaError.UnknownTopicOrPartition);
        }

        long timestampMs = record.TimestampMs ?? _client.Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
        (ProduceBatch batch, short index, bool isNews) = queue.Append(record, timestampMs, sizeBytes, _sender.NowMs, isWatched);
        if (isNews)
        {
            _sender.Notice(queue);
        }

        return (batch, index);
    }

    private int SizeOf(in OutgoingRecord record)
    {
        long sizeBytes = RecordBatchBuilder.MaxRecordSizeBytes(record.Key?.Length ?? 0, record.Value?.Length ?? 0, record.Headers.Span);
        return sizeBytes + RecordBatchLayout.HeaderSizeBytes <= _options.MaxRequestSizeBytes && record.Headers.Length <= RecordLimits.MaxHeadersPerRecord
            ? (int)sizeBytes
            : throw new ClientException(
                ClientErrors.RecordTooLarge,
                FormattableString.Invariant($"A record for topic '{record.Topic}' takes up to {sizeBytes} bytes with {record.Headers.Length} headers; the most are {_options.MaxRequestSizeBytes} bytes and {RecordLimits.MaxHeadersPerRecord} headers."),
                $"Make it smaller, or raise {nameof(ProducerOptions.MaxRequestSizeBytes)} and the topic's max.message.bytes.");
    }

    private async Task<TopicQueues> MakeQueuesAsync(string topic, CancellationToken cancellationToken)
    {
        TopicView view = await _client.GetTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        return new TopicQueues(MakeQueues(topic, 0, view.Partitions.Count), Prng.ForStream(_client.Options.Seed, topic), _options.BatchSizeBytes);
    }

    private PartitionQueue[] MakeQueues(string topic, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Select(index => new PartitionQueue(new(topic, index), _options, _builders))];

    // Records of a key go to another partition from here on, as with every producer when partitions are added.
    private void GrowAll()
    {
        ClusterView view = _client.View;
        foreach ((string name, TopicEntry topic) in _topics)
        {
            Grow(name, topic, view);
        }
    }

    private void Grow(string name, TopicEntry topic, ClusterView view)
    {
        lock (_lock)
        {
            if (topic.Queues is { } queues && view.Topics.TryGetValue(name, out TopicView? known) && known.Partitions.Count > queues.Partitions.Count)
            {
                topic.Queues = queues.With(MakeQueues(name, queues.Partitions.Count, known.Partitions.Count));
            }
        }
    }

    /// <summary>A topic that something was produced to, or is about to be.</summary>
    private sealed class TopicEntry
    {
        // Those that wait, counted before they wait in turn.
        public int Waiting;

        public SemaphoreSlim Turn { get; } = new(1);

        public volatile TopicQueues? Queues;
    }
}
