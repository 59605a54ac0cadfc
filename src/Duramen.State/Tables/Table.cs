using System.Runtime.CompilerServices;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Log.Timestamps;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Tables;

/// <summary>
/// A log, or what a projection makes of one or several, as a table with its past. The table follows its logs by itself, and goes on from where its store stands when it is opened again.
/// <para>
/// A record that cannot be folded stops it, with the record's coordinates in <see cref="Fault"/>; what was folded before it stays readable, and the table goes on
/// after <see cref="Retry"/> or <see cref="Skip"/>. A table whose projection has another version, or that is rebuilt, is folded anew beside the old one, which is read until the new one has caught up.
/// All members are safe to call from any thread.
/// </para>
/// </summary>
public sealed partial class Table : IAsyncDisposable
{
    private readonly IDisk _disk;
    private readonly string _path;
    private readonly IProjection _projection;
    private readonly IReadOnlyList<ILog> _logs;
    private readonly TableOptions _options;
    private readonly TableFolder _folder;
    private readonly DecisionTrace _trace;

    // Of the first log; a table of several has no times.
    private volatile TimestampIndex _times;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;

    // The store that is read: the one that is folded, or the one before it until that has caught up.
    private volatile DiskStore _read;
    private volatile DiskStore _folded;
    private TaskCompletionSource? _progress;
    private volatile TableFault? _fault;
    private volatile TablePoint _point;
    private long _wholeFrom;
    private volatile bool _isClosed;

    private Table(IDisk disk, string path, IProjection projection, IReadOnlyList<ILog> logs, TableOptions options)
    {
        _disk = disk;
        _path = path;
        _projection = projection;
        _logs = logs;
        _options = options;
        _folder = new TableFolder(disk, path, projection, logs);
        _trace = new DecisionTrace(options.Decisions, path, projection.Name);
        _times = new TimestampIndex(logs[0]);
        (_folded, DiskStore? previous) = OpenStores(isNew: false);
        _read = previous ?? _folded;
        ReadWholeFrom();
        _point = new TablePoint(_folded.Position, _folded.Digest);
        _running = Task.Run(RunAsync);
    }

    /// <summary>What the table has got to: with one log the offset in it, with several the number of records folded.</summary>
    public Offset Position => _read.Position;

    /// <summary>
    /// How far the table had folded when it last looked for more, and the digest there; the same for tables that began at one offset, however they got there.
    /// </summary>
    public TablePoint Point => _point;

    /// <summary>The earliest offset to read as of.</summary>
    public Offset Horizon => _options.ForgetsTrimmed ? Offset.Max(_read.Horizon, Offset.Min(_logs[0].Watermarks.Start, Position)) : _read.Horizon;

    /// <summary>
    /// As of this offset and later ones the table has everything. As of earlier ones it may lack keys and values whose records compaction had removed from the log before it was folded. 0 when none were
    /// missing, and for a table of several logs.
    /// </summary>
    public Offset WholeFrom => new(Volatile.Read(ref _wholeFrom));

    /// <summary>Why the table stopped; null while it follows its logs.</summary>
    public TableFault? Fault => _fault;

    /// <summary>Whether what is read is the last good table, of another version of the projection perhaps, until the one that is folded has caught up.</summary>
    public bool IsRebuilding => _isRebuildAsked || _read != _folded;

    /// <summary>Opens the table of a log: the latest value of each key, and what it was before.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The table's own folder; made when it is missing.</param>
    /// <param name="log">The log. A record without a value removes its key; one without a key, or with one of more than 64 KiB, is passed over.</param>
    /// <param name="options">What the table may use.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    public static Table Open(IDisk disk, string path, ILog log, TableOptions? options = null) =>
        Open(disk, path, new LatestByKey(options?.Notice), [log], options);

    /// <summary>Opens the table that a projection makes of logs.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">The table's own folder; made when it is missing.</param>
    /// <param name="projection">What the table is computed by.</param>
    /// <param name="logs">
    /// One log, or several. Between records of several there is no order but that in which they are read, so that a projection of several must not depend on it.
    /// </param>
    /// <param name="options">What the table may use.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    /// <exception cref="ArgumentException">A table of several logs is to forget what was trimmed from them.</exception>
    public static Table Open(IDisk disk, string path, IProjection projection, IReadOnlyList<ILog> logs, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(projection);
        ArgumentNullException.ThrowIfNull(logs);
        ArgumentOutOfRangeException.ThrowIfZero(logs.Count, nameof(logs));
        if (logs.Count > 1 && options is { ForgetsTrimmed: true })
        {
            throw new ArgumentException("What a table of several logs has of one of them is not known, and so cannot be forgotten.", nameof(options));
        }

        return new Table(disk, path, projection, logs, options ?? new TableOptions());
    }

    /// <summary>What can be read at this moment, unchanged by what is folded later. Whoever opens it disposes it.</summary>
    /// <exception cref="TableException"><see cref="TableErrors.Closed"/>; <see cref="TableErrors.Stopped"/>, when no store can be opened.</exception>
    public IStoreSnapshot OpenSnapshot()
    {
        var wait = new SpinWait();
        while (true)
        {
            DiskStore store = _read;
            if ((_options.ForgetsTrimmed ? store.TryOpenSnapshot(_logs[0].Watermarks.Start) : store.TryOpenSnapshot()) is { } snapshot)
            {
                return snapshot;
            }

            if (_isClosed)
            {
                throw TableRefusals.Closed();
            }

            if (store == _read && _fault is { } fault)
            {
                throw TableRefusals.Stopped(_path, fault);
            }

            // The store is being replaced, which takes as long as opening another one.
            wait.SpinOnce();
        }
    }

    /// <summary>What can be read as soon as everything below an offset is folded: that, and perhaps more. Whoever opens it disposes it.</summary>
    /// <exception cref="TableException">As <see cref="WaitForAsync"/> and <see cref="OpenSnapshot()"/>.</exception>
    public async ValueTask<IStoreSnapshot> OpenSnapshotAsync(Offset position, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await WaitForAsync(position, cancellationToken).ConfigureAwait(false);
            IStoreSnapshot snapshot = OpenSnapshot();
            if (snapshot.Position >= position)
            {
                return snapshot;
            }

            // A damaged store was replaced between the two lines by one that begins anew.
            snapshot.Dispose();
        }
    }

    /// <summary>The value of a key now, or as of an offset; null when it has none.</summary>
    /// <exception cref="StoreException">As <see cref="IStoreSnapshot"/>.</exception>
    public byte[]? Get(ReadOnlySpan<byte> key, Offset? asOf = null)
    {
        using IStoreSnapshot snapshot = OpenSnapshot();
        return snapshot.TryGet(key, asOf ?? snapshot.Position, out VersionView version) ? version.Value.ToArray() : null;
    }

    /// <summary>
    /// The offset that a time is: after every record at or before it, or the end when none is later. Where timestamps go back along the log, some records before that offset are later than the time.
    /// Records count that the log has, and those that the table has since its horizon, whatever the log lost of them. The first search for a time reads what is behind it. A time before all that the table
    /// knows is an offset below its horizon.
    /// </summary>
    /// <param name="timestampMs">Milliseconds since 1970.</param>
    /// <param name="cancellationToken">Gives up the search.</param>
    /// <exception cref="NotSupportedException">The table is of several logs.</exception>
    public async ValueTask<Offset> FindAsOfAsync(long timestampMs, CancellationToken cancellationToken = default)
    {
        if (_logs.Count > 1)
        {
            throw new NotSupportedException("A table of several logs is read as of its own positions.");
        }

        Offset end = _logs[0].Watermarks.Committed;
        using IStoreSnapshot snapshot = OpenSnapshot();
        return await FindAsOfAsync(snapshot, timestampMs, end, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Returns when everything below an offset is folded and can be read: a write is read by waiting for the end of its append.
    /// </summary>
    /// <exception cref="TableException">
    /// <see cref="TableErrors.Stopped"/>: the table stopped before it got there. <see cref="TableErrors.Closed"/>.
    /// </exception>
    public async ValueTask WaitForAsync(Offset position, CancellationToken cancellationToken = default)
    {
        while (Position < position)
        {
            Task progress = NextProgress();
            if (Position >= position)
            {
                return;
            }

            if (_isClosed)
            {
                throw TableRefusals.Closed();
            }

            if (_fault is { } fault)
            {
                throw TableRefusals.Stopped(_path, fault);
            }

            await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Follows the versions of all keys, removals included, in the order of offsets, from those that were put at or after an offset. At the end it waits for more, until it is
    /// cancelled. While the table is stopped it waits too.
    /// </summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.BelowHorizon"/>: the past was given up faster than it was read.</exception>
    /// <exception cref="TableException"><see cref="TableErrors.Closed"/>.</exception>
    public async IAsyncEnumerable<TableVersion> FollowAsync(Offset from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Offset next = from;
        while (true)
        {
            Task progress = NextProgress();
            if (_isClosed)
            {
                throw TableRefusals.Closed();
            }

            if (Position <= next)
            {
                await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            using IStoreSnapshot snapshot = OpenSnapshot();
            Offset to = snapshot.Position;
            if (to <= next)
            {
                // A damaged store was replaced meanwhile by one that begins anew.
                continue;
            }

            using IVersionCursor changes = snapshot.Changes(next, to);
            while (changes.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Copy(changes.Current);
            }

            next = to;
        }
    }

    /// <summary>Returns when nothing is left to be merged: reads are then as fast as they become by themselves.</summary>
    public ValueTask SettleAsync(CancellationToken cancellationToken = default) => _folded.SettleAsync(cancellationToken);

    /// <summary>Tries again what stopped the table. Does nothing to one that did not stop.</summary>
    public void Retry()
    {
        _retried = _fault is { Log: not null } stopped ? stopped : _retried;
        GoOn();
    }

    /// <summary>Leaves out the record or batch that stopped the table, and goes on behind it. It is said, and the record stays in its log.</summary>
    /// <exception cref="InvalidOperationException">The table did not stop at a record.</exception>
    public void Skip()
    {
        TableFault fault = _fault is { Log: not null } stopped ? stopped : throw new InvalidOperationException("The table did not stop at a record.");
        _options.Notice?.Invoke($"The table in {_path} skips from offset {fault.Offset} to {fault.Next} of log '{fault.Log}': {fault.Cause.Message}");
        _skipped = fault;
        GoOn();
    }

    /// <summary>Folds the table anew from the start of its logs. What there is is read until the new one has caught up.</summary>
    public void Rebuild()
    {
        _isRebuildAsked = true;
        GoOn();
    }

    /// <summary>Stops following, makes what was folded durable, and closes the table. Snapshots that are open stay readable.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        await _closing.CancelAsync().ConfigureAwait(false);
        Nudge();
        await _running.ConfigureAwait(false);
        await _folded.DisposeAsync().ConfigureAwait(false);
        if (_read != _folded)
        {
            await _read.DisposeAsync().ConfigureAwait(false);
        }

        ShowProgress();
        _closing.Dispose();
    }

    /// <summary>Whether the table is of one log, with this id.</summary>
    internal bool IsOf(LogId log) => _logs is [var only] && only.Id == log;

    /// <summary>As <see cref="WaitForAsync"/>, but says false when the table has stopped, is being rebuilt or was closed, or nobody waits any more.</summary>
    internal async ValueTask<bool> TryReachAsync(Offset position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task progress = NextProgress();
            if (Position >= position)
            {
                return true;
            }

            if (_isClosed || _fault is not null || IsRebuilding || cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            await progress.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The offset that a time is in a snapshot of this table; at most <paramref name="until"/>.</summary>
    internal async ValueTask<Offset> FindAsOfAsync(IStoreSnapshot snapshot, long timestampMs, Offset until, CancellationToken cancellationToken)
    {
        TimePlace place = await _times.FindAsync(timestampMs, until, new FoldedRecords(snapshot), cancellationToken).ConfigureAwait(false);
        Offset end = place.Before ?? until;
        return end < snapshot.Horizon || place.After >= snapshot.Horizon ? end : FindBelowHorizon(snapshot, timestampMs, place) ?? end;
    }

    // The last version in the state as of the horizon that is later than a time and behind the last record at or before it, if there is one: then the time is below the horizon. So it is when the table began
    // where the log had lost records, and all that it knows is later.
    private Offset? FindBelowHorizon(IStoreSnapshot snapshot, long timestampMs, TimePlace place)
    {
        Offset end = place.After ?? Offset.Zero;
        Offset? later = null;
        bool isAnyKnown = place is { After: not null } or { Before: null } || snapshot.Horizon == Offset.Zero || snapshot.Horizon < _logs[0].Watermarks.Start;
        using IVersionCursor atHorizon = snapshot.Scan(KeyRange.All, snapshot.Horizon);
        while (atHorizon.MoveNext())
        {
            isAnyKnown = true;
            VersionView version = atHorizon.Current;
            if (version.TimestampMs <= timestampMs)
            {
                end = Offset.Max(end, version.Offset.Plus(1));
            }
            else if (later is null || version.Offset > later)
            {
                later = version.Offset;
            }
        }

        return !isAnyKnown ? new Offset(snapshot.Horizon.Value - 1)
            : later >= end ? later
            : null;
    }

    private static TableVersion Copy(VersionView version) => new(
        version.Key.ToArray(), version.Value.IsNull ? (ReadOnlyMemory<byte>?)null : version.Value.ToArray(), version.Offset, version.TimestampMs);
}
