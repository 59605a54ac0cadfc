using Duramen.Client.Cluster;
using Duramen.Client.Connections;
using Duramen.Client.Offsets;
using Duramen.Client.Producers;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.Client.Consumers;

/// <summary>
/// Fetches the assigned partitions ahead of their reader: one request under way to each leader, for those of its partitions that have room. One loop
/// begins everything; it is woken by answers, by the reader and by time. State is guarded by one lock, which nobody holds while waiting.
/// </summary>
internal sealed class Fetcher : IAsyncDisposable
{
    // While a partition is left out because it has enough, a fetch of the others must not wait long: it may have room again at any moment.
    private const int ShortWaitMs = 20;

    private readonly Lock _lock = new();
    private readonly KafkaClient _client;
    private readonly ConsumerOptions _options;
    private readonly Func<TopicPartition, CancellationToken, Task<Offset?>> _findCommitted;
    private readonly SortedDictionary<TopicPartition, PartitionReader> _readers = [];
    private readonly HashSet<int> _asked = [];
    private readonly BatchOpener _opener = new();
    private readonly WakeUp _wakeUp = new();
    private readonly WakeUp _news = new();
    private readonly ConnectionLane _lane = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _timer;
    private readonly long _began;
    private readonly Task _running;
    private PartitionReader[] _inOrder = [];
    private int _fetches;
    private int _turn;
    private bool _isRefreshing;

    public Fetcher(KafkaClient client, ConsumerOptions options, Func<TopicPartition, CancellationToken, Task<Offset?>> findCommitted)
    {
        _client = client;
        _options = options;
        _findCommitted = findCommitted;
        _began = client.Options.Time.GetTimestamp();
        _timer = client.Options.Time.CreateTimer(static state => ((WakeUp)state!).Set(), _wakeUp, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Wakes the reader: there is data, a failure, or something else that it should look at.</summary>
    public WakeUp News => _news;

    /// <summary>Whether something was fetched that the reader was not given.</summary>
    public bool HasData
    {
        get
        {
            lock (_lock)
            {
                return Array.Exists(_inOrder, static reader => reader.HasData && !reader.IsPaused);
            }
        }
    }

    /// <summary>Whether everything was opened up to the ends that the last answers told; false while some partition had no answer.</summary>
    public bool IsAtEnd
    {
        get
        {
            lock (_lock)
            {
                return Array.TrueForAll(_inOrder, static reader => reader is { IsResolved: true, End: { } end } && reader.Position >= end);
            }
        }
    }

    /// <summary>Reads these partitions from now on and no others. Those that stay keep their place.</summary>
    public void Assign(IReadOnlyCollection<KeyValuePair<TopicPartition, ReadPosition>> partitions)
    {
        lock (_lock)
        {
            var wanted = partitions.Select(static partition => partition.Key).ToHashSet();
            foreach (TopicPartition gone in _readers.Keys.Where(known => !wanted.Contains(known)).ToList())
            {
                _readers[gone].Seek(ReadPosition.Beginning);
                _readers.Remove(gone);
            }

            foreach ((TopicPartition partition, ReadPosition position) in partitions)
            {
                if (!_readers.ContainsKey(partition))
                {
                    var reader = new PartitionReader(partition, position);
                    reader.Seek(position);
                    _readers.Add(partition, reader);
                }
            }

            _inOrder = [.. _readers.Values];
        }

        _wakeUp.Set();
        _news.Set();
    }

    /// <summary>Does something to the reader of a partition under the lock.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public void Change(TopicPartition partition, Action<PartitionReader> change)
    {
        lock (_lock)
        {
            change(_readers.TryGetValue(partition, out PartitionReader? reader)
                ? reader
                : throw new InvalidOperationException($"Partition {partition} is not assigned to this consumer."));
        }

        _wakeUp.Set();
    }

    /// <summary>As <see cref="Change"/>, for one that may not be assigned any more, and of which nobody need be told.</summary>
    public void TryChange(TopicPartition partition, Offset offset, Action<PartitionReader, Offset> change)
    {
        lock (_lock)
        {
            if (_readers.TryGetValue(partition, out PartitionReader? reader))
            {
                change(reader, offset);
            }
        }
    }

    /// <summary>Looks at all partitions under the lock.</summary>
    public List<T> Select<T>(Func<PartitionReader, T> select)
    {
        lock (_lock)
        {
            return [.. _readers.Values.Select(select)];
        }
    }

    /// <summary>The next batch of whichever partition has one, taking turns; null when there is none now.</summary>
    /// <exception cref="ClientException">A partition cannot be read any further.</exception>
    public ConsumedBatch? TakeNext()
    {
        ConsumedBatch? batch = null;
        bool hasRoom = false;
        lock (_lock)
        {
            // The last one goes on as long as it has data, so that nobody switches for each batch.
            PartitionReader[] readers = _inOrder;
            for (int count = 0; count < readers.Length && batch is null; count++)
            {
                PartitionReader reader = readers[_turn % readers.Length];
                if (reader.Failure is { } failure)
                {
                    throw failure;
                }

                if (!reader.HasData || reader.IsPaused)
                {
                    _turn = (_turn + 1) % readers.Length;
                    continue;
                }

                long before = reader.BufferedBytes;
                batch = reader.TakeNext(_opener, _options.IsReadCommitted);
                hasRoom |= reader.BufferedBytes < before;
            }
        }

        if (hasRoom)
        {
            _wakeUp.Set();
        }

        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _wakeUp.Set();
        await _running.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _client.CloseAsync(_lane).ConfigureAwait(false);
        lock (_lock)
        {
            foreach (PartitionReader reader in _readers.Values)
            {
                reader.Drop();
            }

            _opener.Dispose();
        }
    }

    private long NowMs => (long)_client.Options.Time.GetElapsedTime(_began).TotalMilliseconds;

    private async Task RunAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            await _wakeUp.WaitAsync().ConfigureAwait(false);
            lock (_lock)
            {
                Look(NowMs);
            }
        }

        // Fetches that are under way end by themselves: their answers find nobody.
    }

    // Begins whatever can begin now. Called under the lock.
    private void Look(long now)
    {
        long lookAtMs = long.MaxValue;
        bool isLeftOut = false;
        long buffered = _readers.Values.Sum(static reader => reader.BufferedBytes);
        Dictionary<int, List<PartitionReader>>? byLeader = null;
        foreach (PartitionReader reader in _readers.Values)
        {
            if (reader.Failure is not null || reader.IsFetching || reader.IsResolving)
            {
                continue;
            }

            if (reader.NotBeforeMs > now)
            {
                lookAtMs = Math.Min(lookAtMs, reader.NotBeforeMs);
                continue;
            }

            if (!reader.IsResolved)
            {
                reader.IsResolving = true;
                _ = ResolveAsync(reader, reader.Generation);
                continue;
            }

            if (reader.IsPaused || reader.BufferedBytes >= _options.PartitionMaxBytes || buffered >= _options.BufferBytes)
            {
                isLeftOut |= !reader.IsPaused;
                continue;
            }

            int leader = _client.View.LeaderOf(reader.Partition);
            if (leader < 0)
            {
                Refresh();
            }
            else if (!_asked.Contains(leader))
            {
                byLeader ??= [];
                if (!byLeader.TryGetValue(leader, out List<PartitionReader>? readers))
                {
                    readers = [];
                    byLeader.Add(leader, readers);
                }

                readers.Add(reader);
            }
        }

        foreach ((int leader, List<PartitionReader> readers) in byLeader ?? [])
        {
            _asked.Add(leader);
            readers.ForEach(static reader => reader.IsFetching = true);
            _ = FetchAsync(leader, [.. readers.Select(static reader => (reader, reader.Generation))], isLeftOut);
        }

        if (lookAtMs < long.MaxValue)
        {
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(lookAtMs - now, 1)), Timeout.InfiniteTimeSpan);
        }
    }

    private async Task FetchAsync(int leader, List<(PartitionReader Reader, int Generation)> asked, bool isLeftOut)
    {
        FetchRequest request = Ask([.. asked.Select(static item => item.Reader)], isLeftOut || _options.StopsAtEnd ? Math.Min(ShortWaitMs, _options.FetchMaxWaitMs) : _options.FetchMaxWaitMs);
        FetchedFrame? frame = null;
        ClientException? failure = null;
        try
        {
            // Begins elsewhere: the caller holds the lock.
            await Task.Yield();
            BrokerConnection connection = await _client.ConnectAsync(leader, _lane, _closing.Token).ConfigureAwait(false);
            frame = new(await connection.SendLeasedAsync(request, request.MaxWaitMs).WaitAsync(_closing.Token).ConfigureAwait(false));
            if (frame.Response.ErrorCode != KafkaError.None)
            {
                failure = ClientException.Refused(FormattableString.Invariant($"Fetching from broker {leader}"), frame.Response.ErrorCode);
            }
        }
        catch (ClientException error)
        {
            failure = error;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_lock)
        {
            _asked.Remove(leader);
            foreach ((PartitionReader reader, int generation) in asked)
            {
                reader.IsFetching = false;
                if (generation != reader.Generation || !_readers.ContainsKey(reader.Partition))
                {
                    continue;
                }

                if (failure is not null)
                {
                    TakeFailure(reader, failure);
                }
                else
                {
                    Take(reader, frame!);
                }
            }
        }

        frame?.Release();
        _wakeUp.Set();
        _news.Set();
    }

    private FetchRequest Ask(List<PartitionReader> readers, int waitMs)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = waitMs,
            MinBytes = _options.FetchMinBytes,
            MaxBytes = _options.FetchMaxBytes,
            IsolationLevel = _options.IsReadCommitted ? (sbyte)1 : (sbyte)0,
        };
        foreach (PartitionReader reader in readers)
        {
            if (request.Topics is not [.., { } topic] || topic.Name != reader.Partition.Topic)
            {
                topic = new() { Name = reader.Partition.Topic };
                request.Topics.Add(topic);
            }

            topic.Partitions.Add(new() { Index = reader.Partition.Partition, FetchOffset = reader.FetchOffset.Value, MaxBytes = _options.PartitionMaxBytes });
        }

        // Whoever was first last time is last now, so that a full answer starves nobody.
        if (request.Topics.Count > 1)
        {
            int turn = _fetches++ % request.Topics.Count;
            request.Topics = [.. request.Topics.Skip(turn), .. request.Topics.Take(turn)];
        }

        return request;
    }

    // What an answer says of one partition. Called under the lock.
    private void Take(PartitionReader reader, FetchedFrame frame)
    {
        FetchResponse.Partition? answer = null;
        foreach (FetchResponse.Topic topic in frame.Response.Topics)
        {
            if (topic.Name == reader.Partition.Topic)
            {
                answer = topic.Partitions.Find(candidate => candidate.Index == reader.Partition.Partition) ?? answer;
            }
        }

        if (answer is null)
        {
            return;
        }

        if (answer.ErrorCode == KafkaError.OffsetOutOfRange)
        {
            Reset(reader, FormattableString.Invariant($"Offset {reader.FetchOffset} of {reader.Partition} is not there; the broker has {answer.LogStartOffset} to {answer.HighWatermark}."));
            return;
        }

        if (answer.ErrorCode != KafkaError.None)
        {
            TakeFailure(reader, ClientException.Refused($"Fetching {reader.Partition}", answer.ErrorCode));
            return;
        }

        reader.Failures = 0;
        reader.End = new Offset(_options.IsReadCommitted && answer.LastStableOffset >= 0 ? answer.LastStableOffset : answer.HighWatermark);
        ReadOnlyMemory<byte> batches = answer.Records.ToMemory();
        if (FindNext(batches.Span) is { } next)
        {
            reader.Add(new FetchedData(frame, batches, PartitionReader.Sort(answer.AbortedTransactions)), Offset.Max(next, reader.FetchOffset));
        }
        else if (batches.Length > 0)
        {
            reader.Failure = new ClientException(
                ClientErrors.BadResponse,
                FormattableString.Invariant($"The answer for offset {reader.FetchOffset} of {reader.Partition} holds {batches.Length} bytes and no whole batch of version 2."),
                $"Raise {nameof(ConsumerOptions.PartitionMaxBytes)} if the broker is older than Kafka 0.10.1; older batches cannot be read.");
        }
    }

    // The offset after the last whole batch.
    private static Offset? FindNext(ReadOnlySpan<byte> batches)
    {
        Offset? next = null;
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            next = batch.NextOffset;
            batches = batches[batch.SizeBytes..];
        }

        return next;
    }

    private void TakeFailure(PartitionReader reader, ClientException failure)
    {
        if (!failure.IsRetriable)
        {
            reader.Failure = failure;
            return;
        }

        reader.NotBeforeMs = NowMs + _client.Backoff.WaitMs(++reader.Failures);
        Refresh();
    }

    private void Reset(PartitionReader reader, string why)
    {
        switch (_options.Reset)
        {
            case OffsetReset.Beginning:
                reader.Seek(ReadPosition.Beginning);
                break;
            case OffsetReset.End:
                reader.Seek(ReadPosition.End);
                break;
            default:
                reader.Failure = new ClientException(ClientErrors.NoPosition, why, "Say where to go on, or set a reset policy.");
                break;
        }
    }

    private async Task ResolveAsync(PartitionReader reader, int generation)
    {
        Offset? offset = null;
        ClientException? failure = null;
        try
        {
            // Begins elsewhere: the caller holds the lock.
            await Task.Yield();
            offset = await FindAsync(reader.Partition, reader.Start).ConfigureAwait(false);
        }
        catch (ClientException error)
        {
            failure = error;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_lock)
        {
            if (generation == reader.Generation)
            {
                reader.IsResolving = false;
                if (offset is { } found)
                {
                    reader.Resolve(found);
                }
                else if (failure is not null)
                {
                    TakeFailure(reader, failure);
                }
                else
                {
                    Reset(reader, $"The group has committed no offset of {reader.Partition}.");
                }
            }
        }

        _wakeUp.Set();
        _news.Set();
    }

    private async Task<Offset?> FindAsync(TopicPartition partition, ReadPosition start)
    {
        if (start.IsCommitted)
        {
            return await _findCommitted(partition, _closing.Token).ConfigureAwait(false);
        }

        TimestampMatch? found = await OffsetFinder.FindAsync(_client, partition, start.TimestampMs, _options.IsReadCommitted, _closing.Token).ConfigureAwait(false)
            ?? await OffsetFinder.FindAsync(_client, partition, ReadPosition.EndTimestamp, _options.IsReadCommitted, _closing.Token).ConfigureAwait(false);
        return found?.Offset;
    }

    // Called under the lock.
    private void Refresh()
    {
        if (!_isRefreshing)
        {
            _isRefreshing = true;
            _ = RefreshAsync([.. _readers.Keys.Select(static partition => partition.Topic).Distinct()]);
        }
    }

    private async Task RefreshAsync(string[] topics)
    {
        try
        {
            await Task.Yield();
            await _client.RefreshAsync(topics, cancellationToken: _closing.Token).ConfigureAwait(false);
            await _client.Backoff.WaitAsync(attempt: 1, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ClientException or OperationCanceledException)
        {
            // Tried again as long as somebody misses a leader.
        }

        lock (_lock)
        {
            _isRefreshing = false;
        }

        _wakeUp.Set();
    }
}
