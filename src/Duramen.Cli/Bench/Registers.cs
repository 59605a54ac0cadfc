using System.Buffers.Binary;
using System.Collections.Immutable;
using Duramen.Records.Batches;
using Duramen.State.Keyframes;
using Duramen.State.Machines;

namespace Duramen.Cli.Bench;

/// <summary>A machine with a value for each of many numbers, in an immutable collection: to freeze it is to remember a reference.</summary>
internal sealed class Registers : IKeptMachine
{
    private int _timesWritten;
    private ImmutableSortedDictionary<long, byte[]> _values = ImmutableSortedDictionary<long, byte[]>.Empty;

    public int Count => _values.Count;

    /// <summary>How often the state was written.</summary>
    public int TimesWritten => Volatile.Read(ref _timesWritten);

    public void Apply(RecordView record) => _values = _values.SetItem(BinaryPrimitives.ReadInt64BigEndian(record.Key.Span), record.Value.Span.ToArray());

    public IFrozenState Freeze() => new Frozen(this, _values);

    public void Restore(StateReader state)
    {
        ImmutableSortedDictionary<long, byte[]>.Builder values = _values.ToBuilder();
        while (state.MoveNext())
        {
            values.Add(BinaryPrimitives.ReadInt64BigEndian(state.Key), state.Value.ToArray());
        }

        _values = values.ToImmutable();
    }

    /// <summary>Gives a number a value.</summary>
    public sealed record Set(byte[] Number, byte[] Value) : ICommand<Registers, bool>
    {
        public void Decide(Registers machine, ReplySlot<bool> caller, Decision decision)
        {
            decision.Append(Number, Value);
            decision.Reply(caller, true);
        }
    }

    private sealed record Frozen(Registers Machine, ImmutableSortedDictionary<long, byte[]> Values) : IFrozenState
    {
        public void WriteTo(StateWriter writer)
        {
            Span<byte> key = stackalloc byte[sizeof(long)];
            foreach ((long number, byte[] value) in Values)
            {
                BinaryPrimitives.WriteInt64BigEndian(key, number);
                writer.Put(key, value);
            }

            Interlocked.Increment(ref Machine._timesWritten);
        }
    }
}
