using System.Runtime.CompilerServices;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.State.Entities.Appending;
using Duramen.State.Entities.Indexing;
using Duramen.State.Store;
using Duramen.State.Tables;

namespace Duramen.State.Entities;

/// <summary>
/// The entities of a log: for every key the records that have it, in order, with versions from 1. Everybody may append to the log; whoever appends through here can say which
/// version he expects, and is refused when the entity has got another one.
/// <para>
/// Reads see everything that was committed when they were called. What they read is an index, a fold of the log that may be deleted at any time and comes back.
/// All members are safe to call from any thread. The log stays its owner's and must outlive this.
/// </para>
/// <code>
/// await using EntityLog orders = EntityLog.Open(disk, "/var/lib/app/orders", log);
/// EntityAppendResult placed = await orders.AppendAsync("order-7", [bytes], ExpectedVersion.MustNotExist);
/// await orders.AppendAsync("order-7", [more], placed.Version);
/// </code>
/// </summary>
public sealed class EntityLog : IAsyncDisposable
{
    // Appends know what the index has not got to yet, and whoever reads is not kept waiting. A hundred steps a second are cheap, and what gathers meanwhile is some thousand records.
    private static readonly TimeSpan IndexGathersFor = TimeSpan.FromMilliseconds(10);

    private readonly ILog _log;
    private readonly EntityIndex _projection;
    private readonly Table _index;
    private readonly EntityWriter _writer;
    private volatile bool _isClosed;

    private EntityLog(IDisk disk, string path, ILog log, EntityOptions options)
    {
        _log = log;
        _projection = new EntityIndex(log);
        _index = Table.Open(disk, path, _projection, [log], new TableOptions
        {
            MemoryBytes = options.MemoryBytes,
            RecentBytes = options.RecentBytes,
            ForgetsTrimmed = true,
            GathersFor = IndexGathersFor,
            Notice = options.Notice,
        });
        _writer = new EntityWriter(log, _index, options.Time);
    }

    /// <summary>The log.</summary>
    public ILog Log => _log;

    /// <summary>The offset that the index has got to.</summary>
    public Offset Position => _index.Position;

    /// <summary>Why the index stopped; null while it follows its log.</summary>
    public TableFault? Fault => _index.Fault;

    /// <summary>Opens the entities of a log.</summary>
    /// <param name="disk">The disk; one in memory for entities that are kept nowhere else than in their log.</param>
    /// <param name="path">The folder of the index; made when it is missing, and nothing else may be in it.</param>
    /// <param name="log">The log: one that can append on condition of its end, as those in memory and on disk can.</param>
    /// <param name="options">What the index may use.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    public static EntityLog Open(IDisk disk, string path, ILog log, EntityOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new EntityLog(disk, path, log, options ?? new EntityOptions());
    }

    /// <summary>Appends records to an entity, all of them or none, in one batch; returns when they are committed.</summary>
    /// <param name="key">The entity.</param>
    /// <param name="records">The records.</param>
    /// <param name="expected">What the entity has to be like.</param>
    /// <param name="requestId">
    /// When given, an append to this entity with an id that was appended before appends nothing and has the result of the first, whatever it expects. An id is known for as
    /// long as the last record of its append is in the log.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; whether the records were appended is then not known.</param>
    /// <exception cref="EntityException">
    /// <see cref="EntityErrors.Conflict"/>, with <see cref="EntityException.ActualVersion"/>. <see cref="EntityErrors.Invalid"/>. <see cref="EntityErrors.Closed"/>.
    /// <see cref="EntityErrors.OutcomeUnknown"/>: the log failed meanwhile. <see cref="LogErrors.Full"/>, <see cref="LogErrors.Closed"/>, <see cref="LogErrors.NotSupported"/>: the log
    /// refused, and nothing was appended. <see cref="TableErrors.Stopped"/>, <see cref="StoreErrors.Damaged"/>: the index does not know the version, and nothing was appended.
    /// </exception>
    public ValueTask<EntityAppendResult> AppendAsync(
        EntityKey key, IReadOnlyList<NewRecord> records, ExpectedVersion expected = default, string? requestId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<EntityAppendResult>(cancellationToken);
        }

        NewRecord[] array = ArrayOf(records);
        if (EntityRefusals.Check(key, array, requestId) is { } refusal)
        {
            return ValueTask.FromException<EntityAppendResult>(refusal);
        }

        var append = new EntityAppend(_log, key, array, expected, requestId);
        _writer.Append(append);
        return cancellationToken.CanBeCanceled && !append.Done.IsCompleted
            ? new ValueTask<EntityAppendResult>(append.Done.AsTask().WaitAsync(cancellationToken))
            : append.Done;
    }

    /// <summary>As <see cref="AppendAsync"/>, but an entity at another version than expected is an answer, not an exception.</summary>
    public ValueTask<EntityAppendOutcome> TryAppendAsync(
        EntityKey key, IReadOnlyList<NewRecord> records, ExpectedVersion expected = default, string? requestId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<EntityAppendOutcome>(cancellationToken);
        }

        NewRecord[] array = ArrayOf(records);
        if (EntityRefusals.Check(key, array, requestId) is { } refusal)
        {
            return ValueTask.FromException<EntityAppendOutcome>(refusal);
        }

        var append = new EntityAppend(_log, key, array, expected, requestId);
        _writer.Append(append);
        return cancellationToken.CanBeCanceled && !append.Tried.IsCompleted
            ? new ValueTask<EntityAppendOutcome>(append.Tried.AsTask().WaitAsync(cancellationToken))
            : append.Tried;
    }

    /// <summary>The version of an entity now, or as of an offset; <see cref="EntityVersion.None"/> when it does not exist.</summary>
    /// <exception cref="TableException"><see cref="TableErrors.Stopped"/>, <see cref="TableErrors.Closed"/>.</exception>
    /// <exception cref="StoreException"><see cref="StoreErrors.BeyondPosition"/>, <see cref="StoreErrors.BelowHorizon"/>.</exception>
    public async ValueTask<EntityVersion> GetVersionAsync(EntityKey key, Offset? asOf = null, CancellationToken cancellationToken = default)
    {
        using IStoreSnapshot snapshot = await OpenSnapshotAsync(cancellationToken).ConfigureAwait(false);
        return new EntityReader(snapshot, key, _log.Watermarks.Start).Head(asOf).Version;
    }

    /// <summary>The offset that a time is: after every record of the log at or before it; see <see cref="Table.FindAsOfAsync(long, CancellationToken)"/>.</summary>
    /// <param name="timestampMs">Milliseconds since 1970.</param>
    /// <param name="cancellationToken">Gives up the search.</param>
    /// <exception cref="TableException"><see cref="TableErrors.Stopped"/>, <see cref="TableErrors.Closed"/>.</exception>
    public async ValueTask<Offset> FindAsOfAsync(long timestampMs, CancellationToken cancellationToken = default)
    {
        using IStoreSnapshot snapshot = await OpenSnapshotAsync(cancellationToken).ConfigureAwait(false);
        return await _index.FindAsOfAsync(snapshot, timestampMs, snapshot.Position, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads records of an entity, a page at a time. Records that were trimmed from the log are left out.</summary>
    /// <exception cref="TableException"><see cref="TableErrors.Stopped"/>, <see cref="TableErrors.Closed"/>.</exception>
    /// <exception cref="StoreException"><see cref="StoreErrors.BeyondPosition"/>, <see cref="StoreErrors.BelowHorizon"/>.</exception>
    public async ValueTask<EntityPage> ReadAsync(EntityKey key, EntityRead? read = null, CancellationToken cancellationToken = default)
    {
        using IStoreSnapshot snapshot = await OpenSnapshotAsync(cancellationToken).ConfigureAwait(false);
        return new EntityReader(snapshot, key, _log.Watermarks.Start).Read(read ?? new EntityRead());
    }

    /// <summary>
    /// Follows an entity: its records from a version on, and at the end those that are appended later, until it is cancelled. An entity that does not exist yet can be followed.
    /// </summary>
    /// <exception cref="TableException"><see cref="TableErrors.Stopped"/>, <see cref="TableErrors.Closed"/>.</exception>
    public async IAsyncEnumerable<EntityRecord> FollowAsync(
        EntityKey key, EntityVersion from = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Where the entity was read up to; before that is known its versions say where to begin.
        Offset? seen = null;
        while (true)
        {
            IReadOnlyList<EntityRecord> records;
            using (IStoreSnapshot snapshot = await OpenSnapshotAsync(cancellationToken).ConfigureAwait(false))
            {
                var reader = new EntityReader(snapshot, key, _log.Watermarks.Start);
                records = seen is { } after ? reader.ReadAfter(after) : reader.Read(new EntityRead { From = from }).Records;
                seen = records.Count > 0 ? records[^1].Offset.Plus(1) : snapshot.Position;
            }

            foreach (EntityRecord record in records)
            {
                yield return record;
            }

            if (records.Count == 0)
            {
                await _index.WaitForAsync(seen.Value.Plus(1), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Returns when the files of the index are as well ordered as they become by themselves, and reads as fast.</summary>
    public ValueTask SettleAsync(CancellationToken cancellationToken = default) => _index.SettleAsync(cancellationToken);

    /// <summary>Deletes the index and makes it again from the log; what there is is read until the new one has caught up.</summary>
    public void Rebuild() => _index.Rebuild();

    /// <summary>Tries again what stopped the index. Does nothing to one that did not stop.</summary>
    public void Retry() => _index.Retry();

    /// <summary>Leaves out what stopped the index and goes on behind it. It is said, and the record stays in its log.</summary>
    /// <exception cref="InvalidOperationException">The index did not stop at a record.</exception>
    public void Skip() => _index.Skip();

    /// <summary>Waits for the appends under way and closes the index. The log stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        await _writer.CloseAsync().ConfigureAwait(false);
        await _index.DisposeAsync().ConfigureAwait(false);
        _projection.Dispose();
    }

    // To go through a list by its interface costs an append as much as to find its entity.
    private static NewRecord[] ArrayOf(IReadOnlyList<NewRecord> records) => records as NewRecord[] ?? [.. records];

    private ValueTask<IStoreSnapshot> OpenSnapshotAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return _index.OpenSnapshotAsync(_log.Watermarks.Committed, cancellationToken);
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw EntityRefusals.Closed(_log);
        }
    }
}
