using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Store;

namespace Duramen.State.Tables;

/// <summary>
/// Applies the records of one or several logs to a store. With one log the position of the store is the offset in the log. With several it counts records, in the order in which they
/// were folded, and the offsets in the logs are attached to it. One owner, one thread at a time.
/// <para>
/// What compaction removed from a log before it was folded is seen by the offsets that no record has. A record goes because a later one has its key, and that may be any up to the committed end. So with
/// one log this end is attached, once there is a gap.
/// </para>
/// </summary>
internal sealed class TableFold : IDisposable
{
    private readonly IProjection _projection;
    private readonly IReadOnlyList<ILog> _logs;
    private readonly IVersionedStore _store;
    private readonly Action<Offset>? _onGap;
    private readonly TableChanges _changes;
    private readonly RecordBatchDecoder _decoder = new();
    private readonly Offset[] _next;
    private byte[] _attachment;
    private Offset _committed;

    /// <param name="projection">What is applied.</param>
    /// <param name="logs">The logs.</param>
    /// <param name="store">The fold of these logs by this projection up to its position.</param>
    /// <param name="onGap">Told of a new <see cref="WholeFrom"/>, before the position passes the gap.</param>
    public TableFold(IProjection projection, IReadOnlyList<ILog> logs, IVersionedStore store, Action<Offset>? onGap = null)
    {
        _onGap = onGap;
        _projection = projection;
        _logs = logs;
        _store = store;
        _changes = new TableChanges(store);
        _next = new Offset[logs.Count];
        ReadOnlySpan<byte> attached = store.Attachment.Span;
        WholeFrom = logs.Count == 1 ? WholeFromIn(attached) : Offset.Zero;
        _attachment = logs.Count > 1 ? new byte[logs.Count * sizeof(long)] : attached.ToArray();
        for (int source = 0; source < logs.Count; source++)
        {
            _next[source] = logs.Count == 1 ? store.Position
                : attached.Length == _attachment.Length ? new Offset(BinaryPrimitives.ReadInt64BigEndian(attached[(source * sizeof(long))..]))
                : logs[source].Watermarks.Start;
            Attach(source);
        }
    }

    /// <summary>As of this offset and later ones nothing is missing that compaction had removed from the only log before it was folded; 0 when nothing was removed.</summary>
    public Offset WholeFrom { get; private set; }

    /// <summary>The same, of the store of one log.</summary>
    public static Offset WholeFromIn(ReadOnlySpan<byte> attachment) => attachment.Length == sizeof(long) ? new Offset(BinaryPrimitives.ReadInt64BigEndian(attachment)) : Offset.Zero;

    /// <summary>The offset in a log that the fold goes on from.</summary>
    public Offset NextOf(int source) => _next[source];

    /// <summary>Folds whole slices of all logs until each is at its end or so many slices were read; says whether there was anything.</summary>
    /// <exception cref="FoldFaultException">A record or a batch cannot be folded. The store stands before it.</exception>
    public async ValueTask<bool> FoldAsync(Offset until, CancellationToken cancellationToken)
    {
        bool isAnything = false;
        for (int source = 0; source < _logs.Count; source++)
        {
            ILog log = _logs[source];
            if (_next[source] < log.Watermarks.Start)
            {
                throw TableRefusals.Overtaken(log, _next[source]);
            }

            using LogSlice slice = await log.ReadAsync(_next[source], ReadLimits.Default, cancellationToken).ConfigureAwait(false);
            _committed = log.Watermarks.Committed;
            if (!slice.Batches.IsEmpty)
            {
                isAnything = true;
                Fold(source, slice.Batches.Span, until);
            }
            else if (_logs.Count == 1)
            {
                PassGap(source, Offset.Min(slice.NextOffset, until));
                Advance(source, Offset.Min(slice.NextOffset, until), isRecord: false);
            }
        }

        return isAnything;
    }

    /// <summary>Waits until one of the logs has more.</summary>
    public async Task WaitForMoreAsync(CancellationToken cancellationToken)
    {
        if (_logs.Count == 1)
        {
            await _logs[0].WaitForCommittedAsync(_next[0], cancellationToken).ConfigureAwait(false);
            return;
        }

        using var waits = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Task[_logs.Count];
        for (int source = 0; source < waiting.Length; source++)
        {
            waiting[source] = _logs[source].WaitForCommittedAsync(_next[source], waits.Token).AsTask();
        }

        Task first = await Task.WhenAny(waiting).ConfigureAwait(false);
        await waits.CancelAsync().ConfigureAwait(false);
        await first.ConfigureAwait(false);
    }

    /// <summary>Goes on behind a record or batch that could not be folded.</summary>
    public void Skip(int source, Offset next) => Advance(source, next, isRecord: true);

    public void Dispose() => _decoder.Dispose();

    private void Fold(int source, ReadOnlySpan<byte> batches, Offset until)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch) && (_logs.Count > 1 || _next[source] < until))
        {
            batches = batches[batch.SizeBytes..];

            // What the log's own machinery wrote is nothing to the state.
            if (batch.IsControl)
            {
                PassGap(source, Offset.Min(batch.BaseOffset, until));
            }
            else
            {
                Fold(source, batch, until);
                PassGap(source, Offset.Min(batch.NextOffset, until));
            }

            if (_logs.Count > 1 || batch.NextOffset <= until)
            {
                Advance(source, batch.NextOffset, isRecord: false);
            }
        }
    }

    private void Fold(int source, RecordBatchView batch, Offset until)
    {
        BatchFault fault = _decoder.Open(batch, out RecordReader reader);
        while (fault.IsNone && reader.TryRead(out RecordView record))
        {
            if (record.Offset < _next[source])
            {
                continue;
            }

            PassGap(source, Offset.Min(record.Offset, until));
            if (_logs.Count == 1 && record.Offset >= until)
            {
                Advance(source, until, isRecord: false);
                return;
            }

            Fold(source, record);
        }

        fault = fault.IsNone ? reader.Fault : fault;
        if (!fault.IsNone)
        {
            throw new FoldFaultException(source, Offset.Max(batch.BaseOffset, _next[source]), batch.NextOffset, TableRefusals.Unreadable(_logs[source], batch.BaseOffset, fault));
        }
    }

    private void Fold(int source, RecordView record)
    {
        try
        {
            _changes.Begin(_store);
            _projection.Apply(source, record, _changes);
        }
        catch (Exception cause)
        {
            // Whatever the projection throws, it is about this record, and the store has nothing of it.
            throw new FoldFaultException(source, record.Offset, record.Offset.Plus(1), cause);
        }

        if (_logs.Count == 1 && record.Offset > _store.Position)
        {
            _store.Advance(record.Offset);
        }

        _changes.PutInto(_store, _logs.Count == 1 ? record.Offset : _store.Position, record.TimestampMs);
        Advance(source, record.Offset.Plus(1), isRecord: true);
    }

    private void Advance(int source, Offset next, bool isRecord)
    {
        if (next <= _next[source])
        {
            return;
        }

        _next[source] = next;
        Attach(source);
        _store.Advance(_logs.Count == 1 ? next : _store.Position.Plus(isRecord ? 1 : 0), _attachment);
    }

    /// <summary>Notes that no record has the offsets from where the fold stands to here, if there are any.</summary>
    private void PassGap(int source, Offset next)
    {
        if (_logs.Count > 1 || next <= _next[source] || _committed <= WholeFrom)
        {
            return;
        }

        WholeFrom = _committed;
        _attachment = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(_attachment, WholeFrom.Value);
        _onGap?.Invoke(WholeFrom);
    }

    private void Attach(int source)
    {
        if (_logs.Count > 1)
        {
            BinaryPrimitives.WriteInt64BigEndian(_attachment.AsSpan(source * sizeof(long)), _next[source].Value);
        }
    }
}
