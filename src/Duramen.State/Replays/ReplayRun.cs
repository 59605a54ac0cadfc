using System.Runtime.CompilerServices;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Replication;
using Duramen.State.Store;
using Duramen.State.Store.Memory;
using Duramen.State.Tables;

namespace Duramen.State.Replays;

/// <summary>A replay: its state, and its way through the records. One owner; nothing on it may be called while it moves on.</summary>
public sealed class ReplayRun
{
    private readonly ILog _log;
    private readonly IReplayed _replayed;
    private readonly ReplayOptions _options;
    private readonly IVersionedStore _store;
    private readonly Offset _to;

    // How far it was looked for offsets without a record.
    private Offset _looked;

    internal ReplayRun(ILog log, IReplayed replayed, ReplayOptions options)
    {
        _log = log;
        _replayed = replayed;
        _options = options;
        Offset committed = log.Watermarks.Committed;
        _to = Offset.Min(options.To ?? committed, committed);
        _store = options.State ?? new MemoryStore(Offset.Min(log.Watermarks.Start, _to));
        _looked = Position;
        Digest = DigestOf(_store);
    }

    /// <summary>How far the replay has got: the state is that after every record below this offset.</summary>
    public Offset Position => _store.Position;

    /// <summary>The digest of the state: the same in every run over the same records, and in every replica of the machine.</summary>
    public StateDigest Digest { get; private set; }

    /// <summary>How many offsets had no record, among those that were replayed: compaction removed them, and the state may be another than it was.</summary>
    public long Missing { get; private set; }

    /// <summary>A table's state as of an offset, in memory, to replay from there.</summary>
    public static IVersionedStore StateOf(IStoreSnapshot table, Offset asOf)
    {
        var state = new MemoryStore();
        CopyState(table, asOf, state);
        return state;
    }

    /// <summary>Puts a table's state as of an offset into a new store, to replay from there.</summary>
    /// <param name="table">The table.</param>
    /// <param name="asOf">The offset, which is the position and the horizon of the store then.</param>
    /// <param name="state">A store that has nothing, at offset 0.</param>
    public static void CopyState(IStoreSnapshot table, Offset asOf, IVersionedStore state)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(state);
        var versions = new List<(byte[] Key, byte[] Value, Offset Offset, long TimestampMs)>();
        using (IVersionCursor cursor = table.Scan(KeyRange.All, asOf))
        {
            while (cursor.MoveNext())
            {
                VersionView version = cursor.Current;
                versions.Add((version.Key.ToArray(), version.Value.ToArray()!, version.Offset, version.TimestampMs));
            }
        }

        // A store is put into in the order of offsets.
        versions.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        foreach ((byte[] key, byte[] value, Offset offset, long timestampMs) in versions)
        {
            if (offset > state.Position)
            {
                state.Advance(offset);
            }

            state.Put(key, value, offset, timestampMs);
        }

        state.Advance(asOf);
        state.MoveHorizon(asOf);
    }

    /// <summary>The state as it is now; dispose it before the replay moves on.</summary>
    public IStoreSnapshot OpenSnapshot() => _store.OpenSnapshot();

    /// <summary>The value of a key as it is now; null when it has none.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        using IStoreSnapshot snapshot = _store.OpenSnapshot();
        return snapshot.TryGet(key, snapshot.Position, out VersionView version) ? version.Value.ToArray() : null;
    }

    /// <summary>Replays to the end, and gives the run back.</summary>
    /// <exception cref="StateException">As <see cref="StepsAsync"/>.</exception>
    public async Task<ReplayRun> RunAsync(CancellationToken cancellationToken = default)
    {
        await foreach (ReplayStep step in StepsAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        return this;
    }

    /// <summary>Replays record by record. Each step comes after its record was applied. Whoever stops and calls this again goes on behind the last step.</summary>
    /// <exception cref="StateException">
    /// <see cref="StateErrors.ReplayFailed"/>: the code that is replayed failed at a record, which the message names. <see cref="StateErrors.Nondeterministic"/>,
    /// <see cref="StateErrors.Unreadable"/>.
    /// </exception>
    /// <exception cref="TableException"><see cref="TableErrors.Overtaken"/>: the log has no longer the records behind the state.</exception>
    /// <exception cref="LogException">As <see cref="ILog.ReadAsync"/>.</exception>
    public async IAsyncEnumerable<ReplayStep> StepsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var decoder = new RecordBatchDecoder();
        using var builder = new RecordBatchBuilder();
        if (Position < _log.Watermarks.Start && Position < _to)
        {
            throw TableRefusals.Overtaken(_log, Position);
        }

        while (Position < _to)
        {
            using LogSlice slice = await _log.ReadAsync(Position, ReadLimits.Default, cancellationToken).ConfigureAwait(false);
            ReadOnlyMemory<byte> batches = slice.Batches;
            while (Position < _to && TryTake(ref batches, decoder, builder, out List<byte[]> records, out Offset next))
            {
                foreach (byte[] record in records)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ReplayStep step = Apply(record);
                    if (_options.From is null || step.Offset >= _options.From)
                    {
                        yield return step;
                    }
                }

                AdvanceTo(Offset.Min(next, _to));
            }

            if (slice.Batches.IsEmpty)
            {
                LookAt(Offset.Min(slice.NextOffset, _to), isThere: false);
                AdvanceTo(Offset.Min(slice.NextOffset, _to));
            }
        }
    }

    /// <summary>
    /// Applies the record of a step once more, to the state as it was before it, and changes nothing: what a debugger stops in, after the step was found to be worth it.
    /// </summary>
    /// <exception cref="StateException">As <see cref="StepsAsync"/>.</exception>
    public ReplayStep Repeat(ReplayStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        using var before = new PastSnapshot(_store.OpenSnapshot(), step.Offset);
        (StateChange[] changes, byte[] reply) = Apply(step.Record, before);
        return new ReplayStep(step.Batch.ToArray(), [.. changes.Select(change => Describe(change, before))], reply);
    }

    private static StateDigest DigestOf(IVersionedStore store)
    {
        StateDigest digest = default;
        using IStoreSnapshot state = store.OpenSnapshot();
        using IVersionCursor cursor = state.Scan(KeyRange.All, state.Position);
        while (cursor.MoveNext())
        {
            digest = digest.Plus(cursor.Current.Key, cursor.Current.Value.Span);
        }

        return digest;
    }

    private static ReplayChange Describe(StateChange change, IStoreSnapshot before) => new(
        change.Key,
        before.TryGet(change.Key, before.Position, out VersionView version) ? version.Value.ToArray() : (ReadOnlyMemory<byte>?)null,
        change.Value is null ? (ReadOnlyMemory<byte>?)null : change.Value);

    /// <summary>Takes the records of the next batch that are to be applied, each as a batch of its own.</summary>
    private bool TryTake(ref ReadOnlyMemory<byte> batches, RecordBatchDecoder decoder, RecordBatchBuilder builder, out List<byte[]> records, out Offset next)
    {
        records = [];
        bool isThere = RecordBatchView.TryRead(batches.Span, out RecordBatchView batch);
        next = isThere ? batch.NextOffset : default;
        if (!isThere)
        {
            return false;
        }

        batches = batches[batch.SizeBytes..];
        if (batch.IsControl)
        {
            LookAt(Offset.Min(batch.BaseOffset, _to), isThere: false);
            LookAt(Offset.Min(next, _to), isThere: true);
            return true;
        }

        BatchFault fault = decoder.Open(batch, out RecordReader reader);
        while (fault.IsNone && reader.TryRead(out RecordView record))
        {
            if (record.Offset >= Position && record.Offset < _to)
            {
                LookAt(record.Offset, isThere: false);
                LookAt(record.Offset.Plus(1), isThere: true);
                builder.Reset();
                builder.BaseOffset = record.Offset;
                builder.Append(record.TimestampMs, record.Key, record.Value, HeadersOf(record));
                records.Add(builder.Build().ToArray());
            }
        }

        LookAt(Offset.Min(next, _to), isThere: false);
        fault = fault.IsNone ? reader.Fault : fault;
        return fault.IsNone ? true : throw StateRefusals.Unreadable(_log, batch.BaseOffset, fault.ToString());
    }

    private static RecordHeader[] HeadersOf(RecordView record)
    {
        var headers = new List<RecordHeader>();
        foreach (RecordHeaderView header in record.Headers)
        {
            headers.Add(new RecordHeader(Encoding.UTF8.GetString(header.KeyUtf8), header.Value.IsNull ? (ReadOnlyMemory<byte>?)null : header.Value.ToArray()));
        }

        return [.. headers];
    }

    private ReplayStep Apply(byte[] batch)
    {
        var step = new ReplayStep(batch, [], default);
        RecordView record = step.Record;
        AdvanceTo(record.Offset);
        ReplayChange[] described;
        byte[] reply;
        using (IStoreSnapshot before = _store.OpenSnapshot())
        {
            (StateChange[] changes, reply) = Apply(record, before);
            described = [.. changes.Select(change => Describe(change, before))];
        }

        foreach (ReplayChange change in described)
        {
            Digest = change.Before is { } old ? Digest.Minus(change.Key.Span, old.Span) : Digest;
            Digest = change.After is { } value ? Digest.Plus(change.Key.Span, value.Span) : Digest;
            _store.Put(change.Key.Span, NullableBytes.Of(change.After), record.Offset, record.TimestampMs);
        }

        _store.Advance(record.Offset.Plus(1));
        return new ReplayStep(batch, described, reply);
    }

    private (StateChange[] Changes, byte[] Reply) Apply(RecordView record, IStoreSnapshot before)
    {
        try
        {
            (StateChange[] Changes, byte[] Reply) result = _replayed.Apply(record, before);
            if (_options.AppliesTwice)
            {
                using var other = OtherCulture.Begin();
                NondeterministicException.ThrowIfDifferent(result, _replayed.Apply(record, before));
            }

            return result;
        }
        catch (NondeterministicException cause)
        {
            throw StateRefusals.Nondeterministic(_log, record.Offset, cause);
        }
        catch (Exception cause)
        {
            // Whatever it throws, it is about this record.
            throw StateRefusals.ReplayFailed(_log, record.Offset, _replayed.Name, cause);
        }
    }

    /// <summary>Notes that the offsets up to here have records, or none.</summary>
    private void LookAt(Offset offset, bool isThere)
    {
        if (offset > _looked)
        {
            Missing += isThere ? 0 : offset.Since(_looked);
            _looked = offset;
        }
    }

    private void AdvanceTo(Offset position)
    {
        if (position > _store.Position)
        {
            _store.Advance(position);
        }
    }
}
