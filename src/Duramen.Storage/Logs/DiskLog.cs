using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Batches;
using Duramen.Log.Producers;
using Duramen.Log.Waiting;
using Duramen.Records.Batches;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Duramen.Storage.Operations;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Logs;

/// <summary>
/// One log of a data folder: segments in files, and a journal in front of them that all logs share. Everything that changes it passes the
/// journal first and is applied here in journal order; a restart applies the same entries with the same code.
/// </summary>
public sealed partial class DiskLog : IReplicaLog, IHoldableLog
{
    private readonly FolderContext _context;
    private readonly CommitWaiters _waiters;
    private readonly AppendHold<AppendOperation> _hold;

    // Owned by the committer.
    private readonly Dictionary<SegmentId, Segment> _pending = [];

    // Guarded by Sync. The array is replaced, never changed, so that a reader may keep the one it saw.
    private Segment[] _segments;
    private LogOptions _options;
    private Offset _start;
    private Offset _committed;
    private Offset _durable;
    private Offset _compactedTo;
    private LogException? _gone;

    internal DiskLog(FolderContext context, LogRecord record)
    {
        _context = context;
        Id = record.Id;
        Name = record.Name;
        _options = record.Options;
        _start = record.Start;
        _compactedTo = record.CompactedTo;
        Folder = context.LogPath(this);
        _segments = new Segment[record.Segments.Count];
        for (int index = 0; index < _segments.Length; index++)
        {
            _segments[index] = new Segment(context.Disk, Folder, Id, record.Segments[index]);
        }

        Invariant.Holds(_segments.Length > 0);
        _durable = Offset.Max(_segments[^1].State.NextOffset, record.Start);

        // Only what was committed is ever compacted or trimmed, so both say what was, even where the watermark itself was forgotten.
        _committed = record.Options.CommitRule == CommitRule.WhenDurable
            ? _durable
            : Offset.Min(Offset.Max(Offset.Max(record.Committed, record.Start), record.CompactedTo), _durable);
        _waiters = new CommitWaiters(_committed);
        _hold = new AppendHold<AppendOperation>(operation => context.Journal!.Submit(operation, mayLead: false));
        Assigned = new LogCursor(_segments[^1], _segments[^1].State.SizeBytes, _durable);
        _producers = record.Producers ?? new ProducerHistory();
        _assignedProducers = _producers.ToLedger(_durable);
    }

    /// <inheritdoc/>
    public LogId Id { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>How the log keeps its records.</summary>
    public LogOptions Options
    {
        get
        {
            lock (Sync)
            {
                return _options;
            }
        }
    }

    /// <summary>The bytes of batches in the log's segments, whether they are in files yet or not.</summary>
    public long SizeBytes
    {
        get
        {
            long sizeBytes = 0;
            lock (Sync)
            {
                foreach (Segment segment in _segments)
                {
                    sizeBytes += segment.State.SizeBytes;
                }
            }

            return sizeBytes;
        }
    }

    /// <inheritdoc/>
    public CommitRule CommitRule => Options.CommitRule;

    /// <inheritdoc/>
    public LogWatermarks Watermarks
    {
        get
        {
            lock (Sync)
            {
                return new LogWatermarks(_start, _committed, _durable, _durable);
            }
        }
    }

    /// <summary>Guards what readers and the committer share of this log. Held for copies of memory at most, never for the disk.</summary>
    internal Lock Sync { get; } = new();

    /// <summary>Where the next append goes. Owned by the committer, and ahead of what is applied by the group under way.</summary>
    internal LogCursor Assigned { get; set; }

    /// <summary>Whether the log changed since the last checkpoint. Guarded by the journal's apply lock.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>The folder of the log's files.</summary>
    internal string Folder { get; }

    /// <summary>Held by whoever creates files in the folder besides the committer and the checkpointer, so that it is not deleted meanwhile.</summary>
    internal SemaphoreSlim FolderGate { get; } = new(1, 1);

    /// <summary>Cancelled when the log is about to be deleted, so that whoever holds <see cref="FolderGate"/> lets go.</summary>
    internal CancellationTokenSource Leaving { get; set; } = new();

    internal FolderContext Context => _context;

    private TimeProvider Time => _context.Options.Time;

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<AppendResult>(cancellationToken);
        }

        if (Refuse(batches, options, out BatchRun run) is Exception refusal)
        {
            return ValueTask.FromException<AppendResult>(refusal);
        }

        AppendOperation operation = Submit(batches, run.MaxTimestampMs, options, out short version);
        return new ValueTask<AppendResult>(operation, version);
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<AppendOutcome>(cancellationToken);
        }

        if (Refuse(batches, options, out BatchRun run) is Exception refusal)
        {
            return ValueTask.FromException<AppendOutcome>(refusal);
        }

        AppendOperation operation = Submit(batches, run.MaxTimestampMs, options, out short version);
        return new ValueTask<AppendOutcome>(operation, version);
    }

    /// <inheritdoc/>
    public ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<LogSlice>(cancellationToken);
        }

        try
        {
            // Reading is synchronous: from the page cache it takes microseconds, less than handing it to another thread.
            return new ValueTask<LogSlice>(LogReader.Read(this, from, limits));
        }
        catch (DuramenException exception)
        {
            return ValueTask.FromException<LogSlice>(exception);
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

        try
        {
            return new ValueTask<TimestampMatch?>(TimestampSearch.Find(this, timestampMs));
        }
        catch (DuramenException exception)
        {
            return ValueTask.FromException<TimestampMatch?>(exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask TrimAsync(Offset newStart, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await SubmitAsync(new ChangeLog(this, () => DecideRollBefore(newStart))).ConfigureAwait(false);
        await SubmitAsync(new ChangeLog(this, () => DecideTrim(newStart))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IDisposable HoldAppends() => _hold.Hold();

    /// <inheritdoc/>
    public void AdvanceCommitted(Offset committed)
    {
        if (CommitRule != CommitRule.WhenTold)
        {
            throw LogRefusals.CommitsByItself(this);
        }

        ThrowIfGone();
        Offset wanted = Offset.Min(committed, Watermarks.Durable);
        if (wanted <= Watermarks.Committed)
        {
            return;
        }

        Offset boundary = LogReader.FindBoundary(this, wanted).End;
        lock (Sync)
        {
            _committed = Offset.Max(_committed, Offset.Min(boundary, _durable));
            _producers.Settle(_committed);
        }

        PublishCommitted();
    }

    /// <inheritdoc/>
    public async ValueTask TruncateAsync(Offset newEnd, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await SubmitAsync(new ChangeLog(this, () => DecideTruncate(newEnd), isFirst: true)).ConfigureAwait(false);
    }

    /// <summary>Changes how the log keeps its records; durable when it returns. The commit rule cannot change.</summary>
    public async ValueTask SetOptionsAsync(LogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        LogOptionLimits.Check(options);
        await SubmitAsync(new ChangeLog(this, () => DecideOptions(options))).ConfigureAwait(false);
    }

    /// <summary>Seals the last segment, so that retention and compaction may work on it; does nothing when it is empty.</summary>
    internal ValueTask RollAsync() => SubmitAsync(new ChangeLog(this, () => DecideRollBefore(null)));

    internal ValueTask SubmitAsync(LogOperation operation)
    {
        _context.Journal!.Submit(operation);
        return new ValueTask(operation.Completion);
    }

    /// <summary>Throws when the log was closed, deleted or has failed.</summary>
    internal void ThrowIfGone()
    {
        if (Volatile.Read(ref _gone) is LogException gone)
        {
            throw gone;
        }
    }

    /// <summary>
    /// Throws when the log was closed or deleted. One that has failed is read on: what is committed was durable before the failure, and every read is verified.
    /// </summary>
    internal void ThrowIfUnreadable()
    {
        if (Volatile.Read(ref _gone) is LogException gone && gone.Code != LogErrors.Failed)
        {
            throw gone;
        }
    }

    /// <summary>Ends the log for its callers; the first reason stays, but for a failure, after which the log can be closed.</summary>
    internal void End(LogException reason)
    {
        LogException? before = Interlocked.CompareExchange(ref _gone, reason, null);
        if (before is null)
        {
            _waiters.Fail(() => reason);
        }
        else if (before.Code == LogErrors.Failed)
        {
            Volatile.Write(ref _gone, reason);
        }
    }

    internal void Recycle(AppendOperation operation) => _context.AppendPool.Return(operation);

    private AppendOperation Submit(Memory<byte> batches, long timestampMs, AppendOptions options, out short version)
    {
        AppendOperation operation = _context.AppendPool.Rent();
        operation.Begin(this, batches, timestampMs, options);
        version = operation.Version;
        if (options.ExpectedEnd is not null || !_hold.TryHold(operation))
        {
            _context.Journal!.Submit(operation, mayLead: !options.ReturnsAtOnce);
        }

        return operation;
    }

    private LogException? Refuse(Memory<byte> batches, in AppendOptions options, out BatchRun run)
    {
        run = default;
        if (Volatile.Read(ref _gone) is LogException gone)
        {
            return gone;
        }

        if (batches.Length > StorageLimits.AppendMaxBytes)
        {
            return new StorageException(
                LogErrors.InvalidBatch,
                $"Log '{Name}' refused an append of {batches.Length} bytes: the most is {StorageLimits.AppendMaxBytes}.",
                "Append in smaller runs of batches.");
        }

        if (!BatchRun.TryCheck(batches.Span, out run, out BatchFault fault, options.Verified))
        {
            return LogRefusals.InvalidBatch(this, fault);
        }

        return options.Producer == ProducerCheck.None || ProducerRun.TryRead(batches.Span, out _) ? null : LogRefusals.NotOneRun(this);
    }
}
