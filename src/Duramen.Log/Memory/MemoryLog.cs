using System.Buffers;
using Duramen.Core.Ids;
using Duramen.Log.Batches;
using Duramen.Log.Producers;
using Duramen.Log.Timestamps;
using Duramen.Log.Waiting;
using Duramen.Records.Batches;

namespace Duramen.Log.Memory;

/// <summary>
/// A log in the memory of the process: the plainest one that keeps the whole contract, for tests, embedded use and as the model that others are
/// compared with. What it holds counts as durable although it is gone with the process. One lock guards everything; nothing waits inside it.
/// </summary>
public sealed class MemoryLog : IReplicaLog, IHoldableLog, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<StoredBatch> _batches;
    private readonly CommitWaiters _waiters;
    private readonly AppendHold<HeldAppend> _hold;
    private readonly ProducerHistory _history;
    private ProducerLedger _producers;
    private Offset _start;
    private Offset _committed;
    private Offset _end;
    private bool _closed;

    /// <summary>Makes an empty log.</summary>
    public MemoryLog(LogId id, string name, CommitRule commitRule = CommitRule.WhenDurable)
        : this(id, name, commitRule, [], new ProducerHistory(), default)
    {
    }

    private MemoryLog(LogId id, string name, CommitRule commitRule, List<StoredBatch> batches, ProducerHistory history, LogWatermarks watermarks)
    {
        Id = id;
        Name = name;
        CommitRule = commitRule;
        _batches = batches;
        _history = history;
        _producers = history.ToLedger(watermarks.End);
        _start = watermarks.Start;
        _committed = watermarks.Committed;
        _end = watermarks.End;
        _waiters = new CommitWaiters(_committed);
        _hold = new AppendHold<HeldAppend>(held => held.End(Append(held.Batches.Span, held.Options, out AppendOutcome outcome), outcome));
    }

    /// <inheritdoc/>
    public LogId Id { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public CommitRule CommitRule { get; }

    /// <inheritdoc/>
    public LogWatermarks Watermarks
    {
        get
        {
            lock (_gate)
            {
                return new LogWatermarks(_start, _committed, _end, _end);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<AppendResult>(cancellationToken);
        }

        if (Hold(batches, options) is { } held)
        {
            return ResultAsync(held);
        }

        if (Append(batches.Span, options, out AppendOutcome outcome) is LogException refusal)
        {
            return ValueTask.FromException<AppendResult>(refusal);
        }

        return outcome.IsStored
            ? new ValueTask<AppendResult>(outcome.Result)
            : ValueTask.FromException<AppendResult>(LogRefusals.NotAppended(this, batches.Span, options, outcome));
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> TryAppendAsync(
        Memory<byte> batches,
        AppendOptions options = default,
        CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<AppendOutcome>(cancellationToken);
        }

        if (Hold(batches, options) is { } held)
        {
            return new ValueTask<AppendOutcome>(held.Task);
        }

        return Append(batches.Span, options, out AppendOutcome outcome) is LogException refusal
            ? ValueTask.FromException<AppendOutcome>(refusal)
            : new ValueTask<AppendOutcome>(outcome);
    }

    /// <inheritdoc/>
    public ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<LogSlice>(cancellationToken);
        }

        lock (_gate)
        {
            if (_closed)
            {
                return ValueTask.FromException<LogSlice>(LogRefusals.Closed(this));
            }

            if (from < _start || from > _committed)
            {
                return ValueTask.FromException<LogSlice>(LogRefusals.ReadOutOfRange(this, from, new LogWatermarks(_start, _committed, _end, _end)));
            }

            return new ValueTask<LogSlice>(from == _committed ? LogSlice.Empty(from) : Copy(IndexOf(from), limits));
        }
    }

    /// <inheritdoc/>
    public ValueTask WaitForCommittedAsync(Offset offset, CancellationToken cancellationToken = default) =>
        _waiters.WaitAsync(offset, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TimestampMatch?> FindTimestampAsync(long timestampMs, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TimestampMatch?>(cancellationToken);
        }

        lock (_gate)
        {
            if (_closed)
            {
                return ValueTask.FromException<TimestampMatch?>(LogRefusals.Closed(this));
            }

            using RecordBatchDecoder decoder = new();
            foreach (StoredBatch stored in _batches)
            {
                if (stored.BaseOffset >= _committed)
                {
                    break;
                }

                RecordBatchView.TryRead(stored.Bytes.Span, out RecordBatchView batch);
                BatchFault fault = RecordTimestamps.Search(batch, _start, timestampMs, decoder, out TimestampMatch? match);
                if (!fault.IsNone)
                {
                    return ValueTask.FromException<TimestampMatch?>(LogRefusals.Undecodable(this, stored.BaseOffset, fault));
                }

                if (match is not null)
                {
                    return new ValueTask<TimestampMatch?>(match);
                }
            }

            return new ValueTask<TimestampMatch?>((TimestampMatch?)null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KnownProducer>> ListProducersAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyList<KnownProducer>>(cancellationToken);
        }

        lock (_gate)
        {
            return _closed
                ? ValueTask.FromException<IReadOnlyList<KnownProducer>>(LogRefusals.Closed(this))
                : new ValueTask<IReadOnlyList<KnownProducer>>(_producers.Describe());
        }
    }

    /// <inheritdoc/>
    public ValueTask TrimAsync(Offset newStart, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        lock (_gate)
        {
            if (_closed)
            {
                return ValueTask.FromException(LogRefusals.Closed(this));
            }

            if (newStart > _committed)
            {
                return ValueTask.FromException(LogRefusals.TrimOutOfRange(this, newStart, _committed));
            }

            if (newStart > _start)
            {
                _start = newStart;
                _batches.RemoveRange(0, IndexOf(newStart));
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public IDisposable HoldAppends() => _hold.Hold();

    /// <inheritdoc/>
    public void AdvanceCommitted(Offset committed)
    {
        Offset reached;
        lock (_gate)
        {
            if (CommitRule != CommitRule.WhenTold)
            {
                throw LogRefusals.CommitsByItself(this);
            }

            if (_closed)
            {
                throw LogRefusals.Closed(this);
            }

            // Inside a batch is before it: readers get whole batches or none.
            reached = committed >= _end ? _end : committed <= _committed ? _committed : _batches[IndexOf(committed)].BaseOffset;
            _committed = reached;
            _history.Settle(_committed);
        }

        _waiters.Advance(reached);
    }

    /// <inheritdoc/>
    public ValueTask TruncateAsync(Offset newEnd, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        lock (_gate)
        {
            if (_closed)
            {
                return ValueTask.FromException(LogRefusals.Closed(this));
            }

            if (newEnd < _committed)
            {
                return ValueTask.FromException(LogRefusals.TruncateOutOfRange(this, newEnd, _committed));
            }

            if (newEnd < _end)
            {
                int first = IndexOf(newEnd);
                _end = _batches[first].BaseOffset;
                _batches.RemoveRange(first, _batches.Count - first);
                _history.Truncate(_end);
                _producers = _history.ToLedger(_end);
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Closes the log: whoever waits and whoever calls later gets <see cref="LogErrors.Closed"/>. Closing again does nothing.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _waiters.Fail(() => LogRefusals.Closed(this));
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes this log and opens another with the same content, as a process that starts again would find it had it been on disk.</summary>
    internal async ValueTask<MemoryLog> RestartAsync()
    {
        await DisposeAsync().ConfigureAwait(false);
        return new MemoryLog(Id, Name, CommitRule, _batches, _history, Watermarks);
    }

    /// <summary>Keeps an append that has to wait; null when it has not.</summary>
    private HeldAppend? Hold(Memory<byte> batches, in AppendOptions options)
    {
        if (options.ExpectedEnd is not null || !_hold.IsHeld)
        {
            return null;
        }

        var held = new HeldAppend(batches, options);
        return _hold.TryHold(held) ? held : null;
    }

    private async ValueTask<AppendResult> ResultAsync(HeldAppend held)
    {
        AppendOutcome outcome = await held.Task.ConfigureAwait(false);
        return outcome.IsStored ? outcome.Result : throw LogRefusals.NotAppended(this, held.Batches.Span, held.Options, outcome);
    }

    private LogException? Append(ReadOnlySpan<byte> batches, AppendOptions options, out AppendOutcome outcome)
    {
        outcome = default;
        if (!BatchRun.TryCheck(batches, out _, out BatchFault fault, options.Verified))
        {
            return LogRefusals.InvalidBatch(this, fault);
        }

        ProducerRun run = default;
        if (options.Producer != ProducerCheck.None && !ProducerRun.TryRead(batches, out run))
        {
            return LogRefusals.NotOneRun(this);
        }

        byte[] copy = batches.ToArray();
        Offset committed;
        lock (_gate)
        {
            if (_closed)
            {
                return LogRefusals.Closed(this);
            }

            if (options.Producer != ProducerCheck.None && _producers.TryAnswer(run, _end, out outcome))
            {
                return null;
            }

            if (options.ExpectedEnd is Offset expected && expected != _end)
            {
                outcome = new AppendOutcome(AppendStatus.Conflict, default, _end);
                return null;
            }

            Offset baseOffset = _end;
            _end = BatchRun.Stamp(copy, baseOffset, options.Epoch ?? LeaderEpoch.None);
            Store(copy);
            outcome = new AppendOutcome(AppendStatus.Appended, new AppendResult(baseOffset, _end), _end);
            _committed = CommitRule == CommitRule.WhenDurable ? _end : _committed;
            _history.Settle(_committed);
            committed = _committed;
        }

        _waiters.Advance(committed);
        return null;
    }

    private void Store(ReadOnlyMemory<byte> batches)
    {
        while (RecordBatchView.TryRead(batches.Span, out RecordBatchView batch))
        {
            _batches.Add(new StoredBatch(batch.BaseOffset, batch.NextOffset, batch.RecordCount, batches[..batch.SizeBytes]));
            if (ProducerBatch.TryRead(batch, out ProducerBatch sent))
            {
                // There is no clock here, and nobody who would forget producers by it.
                _history.Add(sent, nowMs: 0);
                _producers.Fold(sent, nowMs: 0);
            }

            batches = batches[batch.SizeBytes..];
        }
    }

    /// <summary>The index of the batch that holds <paramref name="offset"/>, or the number of batches when none does.</summary>
    private int IndexOf(Offset offset)
    {
        int low = 0;
        int high = _batches.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _batches[middle].NextOffset <= offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private LogSlice Copy(int first, ReadLimits limits)
    {
        long sizeBytes = 0;
        long records = 0;
        int last = first;
        do
        {
            sizeBytes += _batches[last].Bytes.Length;
            records += _batches[last].RecordCount;
            last++;
        }
        while (last < _batches.Count
            && _batches[last].BaseOffset < _committed
            && records < limits.MaxRecords
            && sizeBytes + _batches[last].Bytes.Length <= limits.MaxBytes);

        byte[] rented = ArrayPool<byte>.Shared.Rent((int)sizeBytes);
        int position = 0;
        for (int index = first; index < last; index++)
        {
            _batches[index].Bytes.Span.CopyTo(rented.AsSpan(position));
            position += _batches[index].Bytes.Length;
        }

        return new LogSlice(rented, position, _batches[last - 1].NextOffset);
    }
}
