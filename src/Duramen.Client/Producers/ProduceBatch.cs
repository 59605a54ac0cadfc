using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Client.Producers;

/// <summary>
/// Records of one partition on their way: gathered, built, sent, perhaps sent again, and acknowledged or failed as one. It is what everybody waits on
/// who produced one of them, so that waiting costs no object for each record: a record's place in the batch is the token.
/// </summary>
internal sealed class ProduceBatch(PartitionQueue queue, RecordBatchBuilder builder, long createdMs) : IValueTaskSource<ProduceResult>
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<(Action<object?> Continuation, object? State, ExecutionContext? Context, SynchronizationContext? Scheduler)>? _continuations;
    private bool _isDone;
    private long _baseOffset = -1;
    private ClientException? _failure;

    public PartitionQueue Queue => queue;

    public RecordBatchBuilder Builder => builder;

    /// <summary>When its first record was taken, in the producer's milliseconds.</summary>
    public long CreatedMs => createdMs;

    /// <summary>The bytes it was granted.</summary>
    public long GrantedBytes { get; set; }

    /// <summary>The bytes to send, once it is built; the builder's.</summary>
    public Memory<byte> Bytes { get; set; }

    /// <summary>The sequence number of its first record; -1 before it has one.</summary>
    public int BaseSequence { get; set; } = -1;

    /// <summary>Its place among the batches of its partition, from when it was first built; -1 before.</summary>
    public long Order { get; set; } = -1;

    /// <summary>The batch that it is a half of; null for one that producers appended to.</summary>
    public ProduceBatch? Whole { get; init; }

    /// <summary>The halves that it was divided into, because it was too large for its topic; null when it was not.</summary>
    public (ProduceBatch First, ProduceBatch Second)? Halves { get; set; }

    /// <summary>Its records, once it was built; its builder may be used for another batch when it has ended.</summary>
    public int RecordCount { get; set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>
    /// Whether everything before it was answered when it was last sent. Otherwise a broker that misses what is before it refuses it, which means nothing.
    /// </summary>
    public bool WasFirst { get; set; }

    /// <summary>Whether it goes out although there would be room for more.</summary>
    public bool IsFlushed { get; set; }

    /// <summary>Whether some of its records were given without waiting for them.</summary>
    public bool HasUnwatched { get; set; }

    /// <summary>The offset of its first record; -1 when it is not known.</summary>
    public long BaseOffset => Volatile.Read(ref _baseOffset);

    /// <summary>Ends when the batch is acknowledged or failed, and never fails.</summary>
    public Task Done => _done.Task;

    public ClientException? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether it was divided and both halves have ended; the sender's.</summary>
    public bool HasEnded => Halves is ({ _isDone: true }, { _isDone: true });

    public void Complete(long baseOffset, ClientException? failure)
    {
        List<(Action<object?> Continuation, object? State, ExecutionContext? Context, SynchronizationContext? Scheduler)>? waiting;
        lock (_lock)
        {
            _baseOffset = baseOffset;
            _failure = failure;
            _isDone = true;
            waiting = _continuations;
            _continuations = null;
        }

        _done.TrySetResult();
        foreach ((Action<object?> continuation, object? state, ExecutionContext? context, SynchronizationContext? scheduler) in waiting ?? [])
        {
            Schedule(continuation, state, context, scheduler);
        }
    }

    ProduceResult IValueTaskSource<ProduceResult>.GetResult(short token)
    {
        if (FailureOf(token) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return new(queue.Partition, new Offset(OffsetOf(token)));
    }

    ValueTaskSourceStatus IValueTaskSource<ProduceResult>.GetStatus(short token)
    {
        lock (_lock)
        {
            return !_isDone ? ValueTaskSourceStatus.Pending : FailureOf(token) is null ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Faulted;
        }
    }

    void IValueTaskSource<ProduceResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        ExecutionContext? context = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0 ? ExecutionContext.Capture() : null;
        SynchronizationContext? scheduler = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0 ? SynchronizationContext.Current : null;
        lock (_lock)
        {
            if (!_isDone)
            {
                (_continuations ??= []).Add((continuation, state, context, scheduler));
                return;
            }
        }

        Schedule(continuation, state, context, scheduler);
    }

    // A record of a batch that was divided is in one of the halves, and has what became of that.
    private ClientException? FailureOf(int index) => _failure is null && Halves is ({ } first, { } second)
        ? index < first.RecordCount ? first.FailureOf(index) : second.FailureOf(index - first.RecordCount)
        : _failure;

    private long OffsetOf(int index) => Halves is ({ } first, { } second)
        ? index < first.RecordCount ? first.OffsetOf(index) : second.OffsetOf(index - first.RecordCount)
        : _baseOffset < 0 ? -1 : _baseOffset + index;

    private static void Schedule(Action<object?> continuation, object? state, ExecutionContext? context, SynchronizationContext? scheduler)
    {
        if (scheduler is not null)
        {
            scheduler.Post(continuation.Invoke, state);
        }
        else if (context is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static item => ExecutionContext.Run(
                    item.context, static inner => (((Action<object?>, object?))inner!).Item1((((Action<object?>, object?))inner).Item2), (item.continuation, item.state)),
                (context, continuation, state),
                preferLocal: false);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static item => item.continuation(item.state), (continuation, state), preferLocal: false);
        }
    }
}
