using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Replication;

/// <summary>
/// Runs a machine on a stored state. What an execution changed is seen by the next one at once, and is put into the store by the owner when it has an offset. One
/// owner, one call at a time.
/// </summary>
internal sealed class Executor : IDisposable
{
    private const int AttachmentBytes = StateDigest.SizeBytes + sizeof(long);

    private readonly IVersionedStore _store;
    private readonly IStateMachine? _machine;
    private readonly bool _executesTwice;
    private readonly MachineState _state;
    private StateDigest _digest;
    private StateDigest _storedDigest;

    /// <summary>Goes on from what the store has.</summary>
    public Executor(IVersionedStore store, IStateMachine? machine, bool executesTwice)
    {
        _store = store;
        _machine = machine;
        _executesTwice = executesTwice;
        _state = new MachineState(store.OpenSnapshot());
        if (store.Attachment.Length == AttachmentBytes)
        {
            _digest = _storedDigest = StateDigest.Read(store.Attachment.Span);
            Epoch = BinaryPrimitives.ReadInt64BigEndian(store.Attachment.Span[StateDigest.SizeBytes..]);
        }
    }

    /// <summary>The state is that after every record below this.</summary>
    public Offset Position => _store.Position;

    /// <summary>The digest of the state at <see cref="Position"/>.</summary>
    public StateDigest Digest => _storedDigest;

    /// <summary>The digest with everything that was executed or applied since.</summary>
    public StateDigest DigestAhead => _digest;

    /// <summary>The epoch of the last primary, 0 before the first; kept with the position.</summary>
    public long Epoch { get; set; }

    /// <summary>Executes an input; the next one sees what it did.</summary>
    /// <exception cref="NondeterministicException">The input was executed twice and did not do the same.</exception>
    public (StateChange[] Changes, byte[] Reply) Execute(ReadOnlySpan<byte> input, long timestampMs)
    {
        (StateChange[] Changes, byte[] Reply) result = ExecuteOnce(input, timestampMs);
        if (_executesTwice)
        {
            using var other = OtherCulture.Begin();
            NondeterministicException.ThrowIfDifferent(result, ExecuteOnce(input, timestampMs));
        }

        foreach (StateChange change in result.Changes)
        {
            Accept(change);
        }

        return result;
    }

    /// <summary>Puts what an execution changed into the store, as made by the record at an offset.</summary>
    public void Put(in StateChange change, Offset offset, long timestampMs) =>
        _store.Put(change.Key, change.Value, offset, timestampMs);

    /// <summary>Takes over a change that another replica's execution made.</summary>
    public void Apply(NullableBytes key, NullableBytes value, Offset offset, long timestampMs)
    {
        var change = new StateChange(key.ToArray() ?? [], value.ToArray());
        Accept(change);
        Put(change, offset, timestampMs);
    }

    /// <summary>Says that everything below an offset is in the store, and what the digest is there. What was executed and not put is forgotten.</summary>
    public void Advance(Offset position, StateDigest digest)
    {
        Span<byte> attachment = stackalloc byte[AttachmentBytes];
        digest.Write(attachment);
        BinaryPrimitives.WriteInt64BigEndian(attachment[StateDigest.SizeBytes..], Epoch);
        _store.Advance(position, attachment);
        _storedDigest = _digest = digest;
        _state.Rebase(_store.OpenSnapshot());
    }

    /// <summary>Forgets what was executed since the last <see cref="Advance"/> and not put into the store.</summary>
    public void Forget()
    {
        _state.Forget();
        _digest = _storedDigest;
    }

    public void Dispose() => _state.Close();

    private (StateChange[] Changes, byte[] Reply) ExecuteOnce(ReadOnlySpan<byte> input, long timestampMs)
    {
        try
        {
            _machine!.Execute(new MachineInput(input, timestampMs), _state);
        }
        catch
        {
            _state.TakeBack();
            throw;
        }

        return _state.TakeBack();
    }

    private void Accept(in StateChange change)
    {
        if (_state.TryGet(change.Key, out ReadOnlySpan<byte> before))
        {
            _digest = _digest.Minus(change.Key, before);
        }

        if (change.Value is not null)
        {
            _digest = _digest.Plus(change.Key, change.Value);
        }

        _state.Accept(change);
    }
}
