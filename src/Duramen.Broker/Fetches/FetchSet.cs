using System.Diagnostics.CodeAnalysis;
using Duramen.Broker.Partitions;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Log;

namespace Duramen.Broker.Fetches;

/// <summary>
/// The partitions that a client fetches together, and the line of those that are worth a look: the ones that it asked about anew, and the ones whose logs
/// have more than when they were looked at. The others cost nothing, however many they are. One fetch at a time uses it; logs report from any thread.
/// </summary>
internal sealed class FetchSet : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<FetchedPartition> _all;
    private readonly Queue<FetchedPartition> _ready;
    private TaskCompletionSource? _waiting;
    private uint _looked;
    private bool _isClosed;

    /// <param name="count">How many partitions are expected.</param>
    public FetchSet(int count)
    {
        _all = new(count);
        _ready = new(count);
    }

    public int Count => _all.Count;

    public IReadOnlyList<FetchedPartition> All => _all;

    /// <summary>Adds a partition, which is worth a look.</summary>
    public void Add(FetchedPartition partition)
    {
        partition.Place = _all.Count;
        _all.Add(partition);
        Enqueue(partition);
    }

    /// <summary>Takes a partition out.</summary>
    public void Remove(FetchedPartition partition)
    {
        FetchedPartition last = _all[^1];
        _all[partition.Place] = last;
        last.Place = partition.Place;
        _all.RemoveAt(_all.Count - 1);
        CancellationTokenSource? watch;
        lock (_gate)
        {
            partition.IsForgotten = true;
            (watch, partition.Watch) = (partition.Watch, null);
        }

        End(watch);
    }

    /// <summary>Puts a partition in line; does nothing when it is in line already.</summary>
    public void Enqueue(FetchedPartition partition)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = Append(partition);
        }

        waiting?.SetResult();
    }

    /// <summary>The next partition in line.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="failure">Why its next record could not be waited for; most often nothing.</param>
    public bool TryTake([NotNullWhen(true)] out FetchedPartition? partition, out KafkaError failure)
    {
        lock (_gate)
        {
            while (_ready.TryDequeue(out partition))
            {
                partition.IsReady = false;
                if (!partition.IsForgotten)
                {
                    (failure, partition.Failure) = (partition.Failure, KafkaError.None);
                    return true;
                }
            }
        }

        failure = KafkaError.None;
        return false;
    }

    /// <summary>
    /// The next of all partitions in turn, whether or not it is in line: for what changes without anybody reporting it. Null when there is none.
    /// </summary>
    public FetchedPartition? NextInTurn() => _all.Count == 0 ? null : _all[(int)(_looked++ % (uint)_all.Count)];

    /// <summary>Puts a partition in line when its log has more than it had; does nothing when that is waited for already.</summary>
    public void Watch(FetchedPartition fetched, Partition partition, Offset committed)
    {
        CancellationTokenSource watch;
        lock (_gate)
        {
            if (_isClosed || fetched.IsForgotten || fetched.Watch is not null)
            {
                // A wait that goes on is for this very end: it would be over if the log had more.
                return;
            }

            fetched.Watch = watch = new CancellationTokenSource();
        }

        _ = WatchAsync(fetched, partition.Log, committed, watch);
    }

    /// <summary>Completes when there is a partition in line.</summary>
    public Task WaitAsync()
    {
        lock (_gate)
        {
            if (_ready.Count > 0)
            {
                return Task.CompletedTask;
            }

            // Whoever waited before has given up.
            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        // Nobody watches anything from here on, so that the list of watches only shrinks.
        foreach (FetchedPartition partition in _all)
        {
            CancellationTokenSource? watch;
            lock (_gate)
            {
                (watch, partition.Watch) = (partition.Watch, null);
            }

            End(watch);
        }
    }

    private static void End(CancellationTokenSource? watch)
    {
        if (watch is not null)
        {
            watch.Cancel();
            watch.Dispose();
        }
    }

    private async Task WatchAsync(FetchedPartition fetched, ILog log, Offset committed, CancellationTokenSource watch)
    {
        KafkaError failure = KafkaError.None;
        try
        {
            await log.WaitForCommittedAsync(committed, watch.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (LogException exception)
        {
            failure = LogFailures.OfRead(exception);
        }

        TaskCompletionSource? waiting = null;
        lock (_gate)
        {
            if (fetched.Watch == watch)
            {
                fetched.Watch = null;
                fetched.Failure = failure;
                waiting = Append(fetched);
                watch.Dispose();
            }
        }

        waiting?.SetResult();
    }

    /// <summary>Puts a partition in line; returns whoever waits for one, to be told outside the lock.</summary>
    private TaskCompletionSource? Append(FetchedPartition partition)
    {
        if (partition.IsReady || partition.IsForgotten)
        {
            return null;
        }

        partition.IsReady = true;
        _ready.Enqueue(partition);
        (TaskCompletionSource? waiting, _waiting) = (_waiting, null);
        return waiting;
    }
}
