using System.Threading.Tasks.Sources;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Log.Batches;
using Duramen.Storage.Journaling;
using Duramen.Storage.Logs;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Operations;

/// <summary>
/// One append, from the call to its answer. The object is also the task that the caller awaits and goes back to a pool when the answer is
/// taken, so that an append allocates nothing.
/// </summary>
internal sealed class AppendOperation : JournalOperation, IValueTaskSource<AppendResult>, IValueTaskSource<AppendOutcome>
{
    private ManualResetValueTaskSourceCore<AppendOutcome> _source;
    private DiskLog? _log;
    private Memory<byte> _batches;
    private long _timestampMs;
    private AppendOptions _options;
    private AppendOutcome _outcome;
    private Segment? _segment;
    private GroupBuilder? _group;
    private int _payloadAt;

    public short Version => _source.Version;

    private bool IsDirect => _payloadAt < 0;

    /// <param name="log">The log.</param>
    /// <param name="batches">Whole batches, checked.</param>
    /// <param name="timestampMs">The largest time of their records.</param>
    /// <param name="options">How they are appended.</param>
    public void Begin(DiskLog log, Memory<byte> batches, long timestampMs, AppendOptions options)
    {
        _log = log;
        _batches = batches;
        _timestampMs = timestampMs;
        _options = options;
    }

    public override Prepared Prepare(GroupBuilder group)
    {
        DiskLog log = _log!;
        log.ThrowIfGone();
        LogCursor cursor = log.Assigned;
        if (_options.Producer != ProducerCheck.None && log.TryAnswer(_batches.Span, cursor.End, out _outcome))
        {
            return Prepared.Nothing;
        }

        if (_options.ExpectedEnd is Offset expected && expected != cursor.End)
        {
            _outcome = new AppendOutcome(AppendStatus.Conflict, default, cursor.End);
            return Prepared.Nothing;
        }

        int payloadBytes = _batches.Length;
        bool isDirect = payloadBytes > group.InlineMaxBytes;
        int entryBytes = EntryHeader.SizeBytes + (isDirect ? 0 : payloadBytes);
        if (!group.TryReserve(entryBytes, out Span<byte> entry) || (isDirect && !group.HasRoomForDirect(payloadBytes)))
        {
            return Prepared.NoRoom;
        }

        cursor = log.MakeRoom(cursor, payloadBytes, _timestampMs);
        if (isDirect)
        {
            Reserve(log, cursor, payloadBytes);
        }

        Span<byte> payload = isDirect ? _batches.Span : entry[EntryHeader.SizeBytes..];
        if (!isDirect)
        {
            _batches.Span.CopyTo(payload);
        }

        Offset next = BatchRun.Stamp(payload, cursor.End, _options.Epoch ?? LeaderEpoch.None);
        var header = new EntryHeader(
            isDirect ? EntryKind.AppendDirect : EntryKind.Append,
            log.Id,
            cursor.End,
            cursor.Segment.Id,
            cursor.Position,
            payloadBytes,
            isDirect ? HeaderDigest.Compute(payload) : 0);
        header.Write(entry);
        int at = group.Add(entryBytes);
        if (isDirect)
        {
            group.AddDirect(cursor.Segment, cursor.Position, _batches);
        }

        _group = group;
        _payloadAt = isDirect ? -1 : at + EntryHeader.SizeBytes;
        _segment = cursor.Segment;
        _outcome = new AppendOutcome(AppendStatus.Appended, new AppendResult(cursor.End, next), next);
        log.AssignProducers(payload);
        log.AssignBeginning(cursor, payload);
        log.Assigned = new LogCursor(cursor.Segment, cursor.Position + (uint)payloadBytes, next);
        return Prepared.Entry;
    }

    public override void Apply()
    {
        if (_segment is not null)
        {
            ReadOnlySpan<byte> bytes = IsDirect ? _batches.Span : _group!.BytesAt(_payloadAt, _batches.Length);
            _log!.ApplyAppend(_segment, bytes, isInFile: IsDirect);
        }
    }

    public override void Complete()
    {
        if (_outcome.Appended)
        {
            _log!.PublishCommitted();
        }

        _source.SetResult(_outcome);
    }

    // Completing runs the caller's code, which is why a batch of completions does it; failures are rare enough to be queued one by one.
    public override void Fail(Exception cause) =>
        ThreadPool.UnsafeQueueUserWorkItem(static failure => failure.Operation._source.SetException(failure.Cause), (Operation: this, Cause: cause), preferLocal: false);

    AppendOutcome IValueTaskSource<AppendOutcome>.GetResult(short token) => TakeOutcome(token);

    AppendResult IValueTaskSource<AppendResult>.GetResult(short token)
    {
        DiskLog log = _log!;
        Memory<byte> batches = _batches;
        AppendOptions options = _options;
        AppendOutcome outcome = TakeOutcome(token);
        return outcome.IsStored ? outcome.Result : throw LogRefusals.NotAppended(log, batches.Span, options, outcome);
    }

    ValueTaskSourceStatus IValueTaskSource<AppendOutcome>.GetStatus(short token) => _source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<AppendResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<AppendOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<AppendResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private static void Reserve(DiskLog log, LogCursor cursor, int payloadBytes)
    {
        try
        {
            cursor.Segment.Reserve(cursor.Position, payloadBytes);
        }
        catch (DiskException exception) when (exception.Code == DiskErrors.Full)
        {
            throw new StorageException(
                LogErrors.Full,
                $"Log '{log.Name}' has no room for an append of {payloadBytes} bytes: {exception.Message}",
                "Make room on the disk, or trim or delete logs, and append again.",
                exception);
        }
    }

    private AppendOutcome TakeOutcome(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            DiskLog log = _log!;
            _source.Reset();
            _log = null;
            _batches = default;
            _options = default;
            _segment = null;
            _group = null;
            _outcome = default;
            log.Recycle(this);
        }
    }
}
