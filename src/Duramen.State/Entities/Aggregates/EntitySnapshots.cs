using System.Buffers.Binary;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.State.Entities.Aggregates;

/// <summary>
/// The last snapshot of each aggregate of a log: a cache that may be deleted at any time. What a crash or damage takes is folded from the log. All members are safe to call from any thread.
/// </summary>
public sealed class EntitySnapshots : IAsyncDisposable
{
    private readonly IDisk _disk;
    private readonly string _path;
    private readonly StoreOptions _options;
    private readonly Action<string>? _notice;
    private readonly Lock _gate = new();

    // Guarded by the gate. The position counts the snapshots that were kept; null after a failure, until it is opened again.
    private readonly PooledBuffer _value = new();
    private DiskStore? _store;

    private EntitySnapshots(IDisk disk, string path, StoreOptions options, Action<string>? notice)
    {
        _disk = disk;
        _path = path;
        _options = options;
        _notice = notice;
        _store = DiskStore.Open(disk, path, default, options);
    }

    /// <summary>Opens the snapshots of a log's aggregates.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="path">Their folder; made when it is missing, and nothing else may be in it.</param>
    /// <param name="log">The log. Snapshots of another one are deleted.</param>
    /// <param name="memoryBytes">What may be kept in memory, in bytes.</param>
    /// <param name="notice">Told of damage. May be called on any thread.</param>
    /// <exception cref="StoreException"><see cref="StoreErrors.Locked"/>.</exception>
    public static EntitySnapshots Open(IDisk disk, string path, ILog log, long memoryBytes = 64L << 20, Action<string>? notice = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        byte[] identity = new byte[LogId.SizeBytes];
        log.Id.Write(identity);
        return new EntitySnapshots(disk, path, new StoreOptions { MemoryBytes = memoryBytes, Identity = identity, Notice = notice }, notice);
    }

    /// <summary>Makes what was kept durable and closes the snapshots.</summary>
    public async ValueTask DisposeAsync()
    {
        DiskStore? store;
        lock (_gate)
        {
            store = _store;
            _store = null;
        }

        if (store is not null)
        {
            await store.DisposeAsync().ConfigureAwait(false);
            _value.Dispose();
        }
    }

    /// <summary>The last snapshot of an aggregate; null when there is none.</summary>
    internal EntitySnapshot? Find(string kind, int stateVersion, EntityKey key)
    {
        lock (_gate)
        {
            try
            {
                using IStoreSnapshot? snapshot = _store?.OpenSnapshot();
                if (snapshot is null || !snapshot.TryGet(KeyOf(kind, key), snapshot.Position, out VersionView stored))
                {
                    return null;
                }

                var reader = new SpanReader(stored.Value.Span);
                bool isSame = reader.ReadInt32() == stateVersion;
                var version = new EntityVersion(reader.ReadInt64());
                return isSame ? new EntitySnapshot(version, reader.ReadBytes(reader.Remaining).ToArray()) : null;
            }
            catch (StoreException cause)
            {
                Replace(cause);
                return null;
            }
        }
    }

    /// <summary>Keeps the state of an aggregate instead of an earlier one.</summary>
    internal void Keep(string kind, EntityKey key, EntityVersion version, IResumable state)
    {
        lock (_gate)
        {
            if (_store is null)
            {
                return;
            }

            try
            {
                _value.Clear();
                Span<byte> head = _value.GetSpan(sizeof(int) + sizeof(long));
                BinaryPrimitives.WriteInt32BigEndian(head, state.StateVersion);
                BinaryPrimitives.WriteInt64BigEndian(head[sizeof(int)..], version.Value);
                _value.Advance(sizeof(int) + sizeof(long));
                state.WriteState(_value);
                _store.Put(KeyOf(kind, key), _value.WrittenSpan, _store.Position, timestampMs: 0);
                _store.Advance(_store.Position.Plus(1));
                _store.MoveHorizon(_store.Position);
            }
            catch (StoreException cause)
            {
                Replace(cause);
            }
        }
    }

    /// <summary>Deletes snapshots that cannot be used and begins anew; without any when that fails too.</summary>
    private void Replace(StoreException cause)
    {
        if (cause.Code == StoreErrors.TooLarge)
        {
            return;
        }

        _notice?.Invoke($"The snapshots in {_path} are deleted and made again. {cause.Message}");
        try
        {
            _store!.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _store = null;
            DiskStore.Delete(_disk, _path);
            _store = DiskStore.Open(_disk, _path, default, _options);
        }
        catch (Core.Errors.DuramenException failure)
        {
            _notice?.Invoke($"There are no snapshots in {_path} until they are opened again. {failure.Message}");
        }
    }

    private static byte[] KeyOf(string kind, EntityKey key) => [.. Encoding.UTF8.GetBytes(kind), 0, .. key.Bytes.Span];
}
