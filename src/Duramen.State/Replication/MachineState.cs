using Duramen.State.Store;

namespace Duramen.State.Replication;

/// <summary>
/// The state as a machine sees it while it executes: everything that inputs before did, and what this one did so far. Good during the call; one thread.
/// </summary>
public sealed class MachineState
{
    private readonly ChangeSet _before = new();
    private readonly ChangeSet _now = new();
    private IStoreSnapshot _base;
    private byte[] _reply = [];

    internal MachineState(IStoreSnapshot stored) => _base = stored;

    /// <summary>What the input changed, each key once, in the order in which keys were first changed.</summary>
    internal IReadOnlyList<StateChange> Changes => _now.InOrder;

    /// <summary>Reads a key; false when it has no value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value, good until the state is changed.</param>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        if (_now.TryGet(key, out byte[]? changed) || _before.TryGet(key, out changed))
        {
            value = changed;
            return changed is not null;
        }

        bool isThere = _base.TryGet(key, _base.Position, out VersionView version);
        value = isThere ? version.Value.Span : default;
        return isThere;
    }

    /// <summary>
    /// Goes through the keys of a range that have a value, in the order of their bytes. What is changed during the walk is not seen by it.
    /// </summary>
    public StateCursor Scan(KeyRange range)
    {
        SortedDictionary<byte[], byte[]?> changed = new(ByteOrder.Instance);
        _before.CopyTo(changed, range);
        _now.CopyTo(changed, range);
        return new StateCursor(_base.Scan(range, _base.Position), changed);
    }

    /// <summary>Gives a key a value.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.TooLarge"/>.</exception>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        StoreRefusals.CheckSizes(key.Length, value.Length);
        _now.Set(key, value.ToArray());
    }

    /// <summary>Takes a key away; does nothing when it has no value.</summary>
    public void Remove(ReadOnlySpan<byte> key)
    {
        if (TryGet(key, out _))
        {
            _now.Set(key, null);
        }
    }

    /// <summary>What whoever submitted the input is told; empty when nothing is. The last one counts.</summary>
    public void Reply(ReadOnlySpan<byte> reply) => _reply = reply.ToArray();

    /// <summary>Takes the reply and the changes of an execution, and leaves the state as it was before.</summary>
    internal (StateChange[] Changes, byte[] Reply) TakeBack()
    {
        (StateChange[], byte[]) taken = ([.. _now.InOrder], _reply);
        _now.Clear();
        _reply = [];
        return taken;
    }

    /// <summary>Makes a change part of what inputs before did.</summary>
    internal void Accept(in StateChange change) => _before.Set(change.Key, change.Value);

    /// <summary>Goes on from what is stored, and forgets all that was accepted.</summary>
    internal void Rebase(IStoreSnapshot stored)
    {
        _base.Dispose();
        _base = stored;
        Forget();
    }

    /// <summary>Forgets all that was accepted since the last <see cref="Rebase"/>.</summary>
    internal void Forget()
    {
        _before.Clear();
        TakeBack();
    }

    internal void Close() => _base.Dispose();
}
