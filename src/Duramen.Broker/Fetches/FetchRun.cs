using Duramen.Broker.Connections;
using Duramen.Broker.Partitions;
using Duramen.Broker.Topics;
using Duramen.Kafka;
using Duramen.Records.Compression;

namespace Duramen.Broker.Fetches;

/// <summary>
/// One fetch over a set of partitions: looks at those that are in line, and while what they have is too little waits for more without a thread, until the
/// client's patience or the connection ends. One owner.
/// </summary>
internal sealed class FetchRun(FetchSet partitions, FetchLimits limits, BrokerTopics topics, AnswerBudget answers, ResponseFrame frame, TimeProvider time)
{
    private readonly List<FetchedPartition> _touched = [];
    private readonly List<FetchedPartition> _unwatched = [];
    private BrokerTopic? _lastTopic;
    private long _sizeBytes;
    private int _full;

    /// <summary>The partitions that were looked at, in the order of the first look.</summary>
    public IReadOnlyList<FetchedPartition> Touched => _touched;

    /// <summary>Reads until there is enough, or something to report, or no more time.</summary>
    /// <param name="draining">Ends the waiting: the client is to have what there is.</param>
    /// <param name="gone">Ends everything: nobody wants the answer.</param>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async ValueTask RunAsync(CancellationToken draining, CancellationToken gone)
    {
        long started = time.GetTimestamp();
        while (!await ReadAsync(gone).ConfigureAwait(false))
        {
            TimeSpan left = limits.Patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || draining.IsCancellationRequested)
            {
                return;
            }

            GoOn();
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(draining, gone);
            await partitions.WaitAsync().WaitAsync(left, time, enough.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            gone.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Leaves the set to the next fetch of its session: what has nothing is waited for, and what has something is in line, those that got nothing of this
    /// answer before those that did.
    /// </summary>
    public void Leave()
    {
        foreach (FetchedPartition fetched in _unwatched.Where(fetched => fetched.Fetch!.HasEnded))
        {
            Watch(fetched);
        }

        foreach (bool isServed in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (FetchedPartition fetched in _touched)
            {
                PartitionFetch fetch = fetched.Fetch!;
                if (fetch.SizeBytes > 0 == isServed && (isServed || !fetch.HasEnded))
                {
                    partitions.Enqueue(fetched);
                }
            }
        }

        _touched.ForEach(fetched => fetched.Fetch = null);
    }

    /// <summary>Looks at those in line; whether the answer can go.</summary>
    private async ValueTask<bool> ReadAsync(CancellationToken gone)
    {
        bool hasError = false;
        while (HasRoom() && partitions.TryTake(out FetchedPartition? fetched, out KafkaError failure))
        {
            PartitionFetch fetch = fetched.Fetch ?? Begin(fetched);
            int before = fetch.SizeBytes;
            bool wasFull = fetch.IsFull;
            if (failure != KafkaError.None)
            {
                fetch.Fail(failure);
            }

            int leftBytes = answers.Reserve((int)Math.Max(0, limits.MaxBytes - _sizeBytes));
            try
            {
                await fetch.ReadAsync(leftBytes, isFirst: _sizeBytes == 0, gone).ConfigureAwait(false);
            }
            finally
            {
                answers.Release(leftBytes);
            }

            _sizeBytes += fetch.SizeBytes - before;
            hasError |= fetch.Error != KafkaError.None || fetch.IsCutShort;
            _full += fetch.IsFull && !wasFull ? 1 : 0;
            _unwatched.Add(fetched);
        }

        return hasError || _full >= partitions.Count || _sizeBytes >= Math.Min(limits.MinBytes, limits.MaxBytes);
    }

    private bool HasRoom() => limits.TellsAll || _sizeBytes == 0 || _sizeBytes < limits.MaxBytes;

    private PartitionFetch Begin(FetchedPartition fetched)
    {
        if (_lastTopic?.Name != fetched.Topic)
        {
            _lastTopic = topics.Find(fetched.Topic);
        }

        Partition? partition = _lastTopic?.Find(fetched.Index);
        KafkaError error =
            partition is null ? KafkaError.UnknownTopicOrPartition
            : fetched.IsRepeated ? KafkaError.InvalidRequest
            : partition.Rules.Codec == CompressionCodec.Zstd && !limits.KnowsZstd ? KafkaError.UnsupportedCompressionType
            : LeaderEpochs.Check(fetched.LeaderEpoch);
        fetched.Fetch = new PartitionFetch(partition, fetched.From, fetched.MaxBytes, answers, error);
        frame.Own(fetched.Fetch);
        _touched.Add(fetched);
        return fetched.Fetch;
    }

    /// <summary>Has the logs report when there is more than what was read to its end; what was not is looked at again.</summary>
    private void GoOn()
    {
        foreach (FetchedPartition fetched in _unwatched)
        {
            if (fetched.Fetch!.HasEnded)
            {
                Watch(fetched);
            }
            else if (fetched.Fetch.CanReadOn)
            {
                partitions.Enqueue(fetched);
            }
        }

        _unwatched.Clear();
    }

    private void Watch(FetchedPartition fetched) => partitions.Watch(fetched, fetched.Fetch!.Partition!, fetched.Fetch.Watermarks.Committed);
}
