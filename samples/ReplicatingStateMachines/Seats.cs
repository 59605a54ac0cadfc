using System.Collections.Immutable;
using System.Text;
using Duramen.Records.Batches;
using Duramen.State.Keyframes;
using Duramen.State.Machines;

namespace ReplicatingStateMachines.Tests;

/// <summary>Gives each seat to the first who asks for it. It decides what is written, and its state is what was.</summary>
public sealed class Seats : IKeptMachine
{
    private ImmutableSortedDictionary<string, string> _holders = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public void Apply(RecordView record) =>
        _holders = _holders.SetItem(Encoding.UTF8.GetString(record.Key.Span), Encoding.UTF8.GetString(record.Value.Span));

    public IFrozenState Freeze() => new Frozen(_holders);

    public void Restore(StateReader state)
    {
        while (state.MoveNext())
        {
            _holders = _holders.SetItem(Encoding.UTF8.GetString(state.Key), Encoding.UTF8.GetString(state.Value));
        }
    }

    /// <summary>Asks for a seat; the reply is who has it.</summary>
    public sealed record Take(string Seat, string Name) : ICommand<Seats, string>
    {
        public void Decide(Seats machine, ReplySlot<string> caller, Decision decision)
        {
            if (!machine._holders.TryGetValue(Seat, out string? holder))
            {
                decision.Append(Encoding.UTF8.GetBytes(Seat), Encoding.UTF8.GetBytes(Name));
            }

            decision.Reply(caller, holder ?? Name);
        }
    }

    private sealed record Frozen(ImmutableSortedDictionary<string, string> Holders) : IFrozenState
    {
        public void WriteTo(StateWriter writer)
        {
            foreach ((string seat, string holder) in Holders)
            {
                writer.Put(Encoding.UTF8.GetBytes(seat), Encoding.UTF8.GetBytes(holder));
            }
        }
    }
}
