using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Store.Keys;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>
/// A store on disk. What is put goes to a table in memory; a full table becomes a run, a sorted file that is written once; runs that follow each other are merged. There is no
/// journal, since the log is one: after a crash the store stands at the position of its last run, and the fold goes on from there.
/// <para>
/// Every byte that is read was verified by a checksum. A store that is found damaged when it is opened is deleted and begins from nothing, which its options'
/// <see cref="StoreOptions.Notice"/> is told; damage that a read finds later is <see cref="StoreErrors.Damaged"/>.
/// </para>
/// </summary>
public sealed class DiskStore : IVersionedStore
{
    private readonly StoreUpkeep _upkeep;
    private readonly IDisposable _lock;
    private readonly ChunkPool _pool;
    private readonly RunHealth _health = new();
    private readonly long _recentMaxBytes;

    // The owner's: the table that is put into, and what belongs to the position.
    private RecentTable _table;
    private byte[] _attachment;
    private StoreDigest _digest;
    private long _position;
    private bool _isClosed;

    private DiskStore(IDisk disk, string folder, Offset start, StoreOptions options, IDisposable folderLock)
    {
        Folder = folder;
        _lock = folderLock;
        _recentMaxBytes = options.RecentBytes > 0 ? options.RecentBytes : options.MemoryBytes / 4;
        _pool = new ChunkPool(_recentMaxBytes);
        var cache = new BlockCache(options.MemoryBytes / 4);
        (Manifest Manifest, List<Run> Runs)? found = StoreFolder.Read(disk, folder, options, cache, _health);
        Manifest manifest = found?.Manifest ?? new Manifest
        {
            Position = start,
            Horizon = start,
            Digest = default,
            NextRun = 1,
            Identity = options.Identity,
            Attachment = default,
            Runs = [],
        };
        _attachment = manifest.Attachment.ToArray();
        _digest = manifest.Digest;
        _position = manifest.Position.Value;
        _table = new RecentTable(_pool, manifest.Position);
        _upkeep = new StoreUpkeep(disk, folder, options, cache, _health, manifest, found?.Runs ?? [], _table);
        _upkeep.Work();
    }

    /// <summary>The folder that the store is in.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public Offset Position => new(Volatile.Read(ref _position));

    /// <inheritdoc/>
    public Offset DurablePosition => _upkeep.Durable.Position;

    /// <inheritdoc/>
    public Offset Horizon => _upkeep.Horizon;

    /// <inheritdoc/>
    public StoreDigest Digest => _digest;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Attachment => _attachment.ToArray();

    /// <summary>The first damage that a read or a merge met; ends when there is one.</summary>
    public Task<StoreException> Damage => _health.Damage;

    /// <summary>How large the store is; only the owner may ask.</summary>
    public StoreStatistics Statistics => _upkeep.Statistics with { MemoryBytes = _upkeep.Statistics.MemoryBytes + _table.SizeBytes };

    /// <summary>Opens the store in a folder, and makes one where there is none or none that can be used.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">The folder; nothing else may be in it.</param>
    /// <param name="start">Where a new store begins: the start of the log.</param>
    /// <param name="options">What it may use and what it is of.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    /// <exception cref="DiskException">The disk refused.</exception>
    public static DiskStore Open(IDisk disk, string folder, Offset start = default, StoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        options ??= new StoreOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MemoryBytes, StoreLimits.MemoryMinBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Identity.Length, StoreLimits.IdentityMaxBytes, nameof(options));
        StoreFolder.Create(disk, folder);
        IDisposable folderLock = StoreFolder.Lock(disk, folder);
        try
        {
            return new DiskStore(disk, folder, start, options, folderLock);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Deletes the store in a folder, if there is one; it must not be open in another process.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    public static void Delete(IDisk disk, string folder)
    {
        ArgumentNullException.ThrowIfNull(disk);
        if (disk.FolderExists(folder))
        {
            using (StoreFolder.Lock(disk, folder))
            {
                StoreFolder.Empty(disk, folder);
            }

            disk.DeleteFolder(folder);
        }
    }

    /// <inheritdoc/>
    public void Put(ReadOnlySpan<byte> key, NullableBytes value, Offset offset, long timestampMs)
    {
        _upkeep.ThrowIfFailed();
        StoreRefusals.CheckSizes(key.Length, value.Length);
        Invariant.Holds(offset.Value >= _position);
        KeyHash hash = KeyHash.Of(key);
        _table.Add(key, hash, value, offset.Value, timestampMs);
        _digest = _digest.Plus(hash, offset.Value, timestampMs, value);
    }

    /// <inheritdoc/>
    public void Advance(Offset position, ReadOnlySpan<byte> attachment = default)
    {
        _upkeep.ThrowIfFailed();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(attachment.Length, StoreLimits.AttachmentMaxBytes, nameof(attachment));
        Invariant.Holds(position.Value >= _position && position.Value > _table.LastOffset);
        if (attachment.Length == _attachment.Length)
        {
            attachment.CopyTo(_attachment);
        }
        else
        {
            _attachment = attachment.ToArray();
        }

        Volatile.Write(ref _position, position.Value);
        if (_table.SizeBytes >= _recentMaxBytes)
        {
            Freeze();
        }
    }

    /// <inheritdoc/>
    public void MoveHorizon(Offset horizon)
    {
        Invariant.Holds(horizon.Value <= _position);
        _upkeep.MoveHorizon(horizon);
    }

    /// <summary>
    /// Moves the horizon to an offset and has versions that were put before it go away in time, though they are the last of their keys. Until then they are still seen; whoever reads leaves
    /// them out. Not kept: to be called again when the store is opened again.
    /// </summary>
    public void Forget(Offset before)
    {
        Invariant.Holds(before.Value <= _position);
        _upkeep.Forget(before);
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        _upkeep.ThrowIfFailed();
        Invariant.Holds(_table.LastOffset < _position);
        if (DurablePosition.Value < _position)
        {
            await Freeze().Left.WaitAsync(cancellationToken).ConfigureAwait(false);
            _upkeep.ThrowIfFailed();
        }
    }

    /// <summary>Returns when nothing is left to be merged: reads are then as fast as they become by themselves.</summary>
    public async ValueTask SettleAsync(CancellationToken cancellationToken = default)
    {
        await _upkeep.SettleAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        _upkeep.ThrowIfFailed();
    }

    /// <summary>
    /// Merges all runs into one, and drops all that is below the horizon: the fastest reads, at the price of writing everything once more.
    /// </summary>
    public async ValueTask MergeAsync(CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await _upkeep.MergeAllAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        _upkeep.ThrowIfFailed();
    }

    /// <inheritdoc/>
    public IStoreSnapshot OpenSnapshot() => TryOpenSnapshot() ?? throw StoreRefusals.Closed();

    /// <summary>As <see cref="OpenSnapshot"/>; null when the store was closed.</summary>
    public IStoreSnapshot? TryOpenSnapshot() => TryOpen();

    /// <summary>The same without what was put before an offset; see <see cref="Forget"/>.</summary>
    internal IStoreSnapshot? TryOpenSnapshot(Offset forgotten) => TryOpen() is { } whole ? new TrimmedSnapshot(whole, Offset.Min(forgotten, whole.Position)) : null;

    private DiskSnapshot? TryOpen()
    {
        while (true)
        {
            // The position first: the view that is taken after it has everything below it.
            Offset position = Position;
            StoreView view = _upkeep.View;
            if (view.References.TryAcquire())
            {
                if (view.Horizon <= position)
                {
                    return new DiskSnapshot(view, position);
                }

                view.References.Release();
            }

            if (_upkeep.IsClosed)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Makes the position durable and closes the store; when it cannot be made durable the store goes on from an earlier one the next time. Snapshots that are open keep
    /// what they need.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        try
        {
            // A fold that stops in the middle of a record begins with it again: what it put does not count.
            if (_table.LastOffset < _position)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }
        catch (DuramenException)
        {
            // The first cause was told to who put last, and is told to nobody by closing.
        }
        finally
        {
            await _upkeep.DisposeAsync().ConfigureAwait(false);
            _table.References.Release();
            _lock.Dispose();
        }
    }

    /// <summary>Hands the table over to be written, and begins another.</summary>
    private FrozenTable Freeze()
    {
        var frozen = new FrozenTable(_table, new FoldedState(new Offset(_position), _digest, _attachment.ToArray()));
        var next = new RecentTable(_pool, frozen.State.Position, before: _table);
        _upkeep.Take(frozen, next);
        _table = next;
        _upkeep.Work();
        return frozen;
    }
}
