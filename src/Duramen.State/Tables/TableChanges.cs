using System.Buffers;
using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.State.Replication;
using Duramen.State.Store;

namespace Duramen.State.Tables;

/// <summary>What a projection makes of one record. Belongs to the fold, which uses it again for the next.</summary>
public sealed class TableChanges
{
    private const int HeaderBytes = 2 * sizeof(int);
    private const int Removal = -1;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private IVersionedStore? _store;

    // Read instead of the store by who has nothing but this.
    private IStoreSnapshot? _snapshot;

    internal TableChanges(IVersionedStore? store) => _store = store;

    /// <summary>Gives a key a value; null removes it. A later change of the same key replaces this one.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.TooLarge"/>.</exception>
    public void Put(ReadOnlySpan<byte> key, NullableBytes value)
    {
        StoreRefusals.CheckSizes(key.Length, value.Length);
        Span<byte> target = _bytes.GetSpan(HeaderBytes + key.Length + value.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target, key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[sizeof(int)..], value.IsNull ? Removal : value.Length);
        key.CopyTo(target[HeaderBytes..]);
        value.Span.CopyTo(target[(HeaderBytes + key.Length)..]);
        _bytes.Advance(HeaderBytes + key.Length + value.Length);
    }

    /// <summary>Removes a key.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.TooLarge"/>.</exception>
    public void Remove(ReadOnlySpan<byte> key) => Put(key, NullableBytes.Null);

    /// <summary>The value of a key after all records before this one and the changes made so far; null when it has none.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        bool isFound = false;
        byte[]? value = null;
        for (ReadOnlySpan<byte> rest = _bytes.WrittenSpan; !rest.IsEmpty;)
        {
            NullableBytes next = Read(ref rest, out ReadOnlySpan<byte> nextKey);
            if (nextKey.SequenceEqual(key))
            {
                isFound = true;
                value = next.ToArray();
            }
        }

        if (isFound)
        {
            return value;
        }

        if (_snapshot is not null)
        {
            return Get(_snapshot, key);
        }

        using IStoreSnapshot snapshot = _store!.OpenSnapshot();
        return Get(snapshot, key);
    }

    /// <summary>What the table holds after all records before this one, without the changes made so far. Only where there is a store.</summary>
    internal IStoreSnapshot OpenSnapshot() => _store!.OpenSnapshot();

    /// <summary>Forgets what was changed, and goes on with a store.</summary>
    internal void Begin(IVersionedStore store)
    {
        _store = store;
        _bytes.ResetWrittenCount();
    }

    /// <summary>Forgets what was changed, and goes on with a state that stays as it is.</summary>
    internal void Begin(IStoreSnapshot snapshot)
    {
        _snapshot = snapshot;
        _bytes.ResetWrittenCount();
    }

    /// <summary>Takes what was changed, each key once, in the order in which keys were first changed.</summary>
    internal StateChange[] Take()
    {
        var changes = new ChangeSet();
        for (ReadOnlySpan<byte> rest = _bytes.WrittenSpan; !rest.IsEmpty;)
        {
            NullableBytes value = Read(ref rest, out ReadOnlySpan<byte> key);
            changes.Set(key, value.ToArray());
        }

        _bytes.ResetWrittenCount();
        return [.. changes.InOrder];
    }

    /// <summary>Puts what was changed at the offset of its record.</summary>
    internal void PutInto(IVersionedStore store, Offset offset, long timestampMs)
    {
        for (ReadOnlySpan<byte> rest = _bytes.WrittenSpan; !rest.IsEmpty;)
        {
            NullableBytes value = Read(ref rest, out ReadOnlySpan<byte> key);
            store.Put(key, value, offset, timestampMs);
        }

        _bytes.ResetWrittenCount();
    }

    private static byte[]? Get(IStoreSnapshot snapshot, ReadOnlySpan<byte> key) =>
        snapshot.TryGet(key, snapshot.Position, out VersionView version) ? version.Value.ToArray() : null;

    private static NullableBytes Read(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> key)
    {
        int keyLength = BinaryPrimitives.ReadInt32LittleEndian(rest);
        int valueLength = BinaryPrimitives.ReadInt32LittleEndian(rest[sizeof(int)..]);
        key = rest.Slice(HeaderBytes, keyLength);
        rest = rest[(HeaderBytes + keyLength)..];
        if (valueLength == Removal)
        {
            return NullableBytes.Null;
        }

        ReadOnlySpan<byte> value = rest[..valueLength];
        rest = rest[valueLength..];
        return value;
    }
}
