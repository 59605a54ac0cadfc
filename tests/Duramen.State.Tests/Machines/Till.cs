using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Records.Batches;
using Duramen.State.Keyframes;
using Duramen.State.Machines;

namespace Duramen.State.Tests.Machines;

/// <summary>
/// A machine to test hosts with: amounts by name, and calls that wait for an amount or for a time to pass.
/// </summary>
internal sealed class Till : IKeptMachine
{
    private ImmutableSortedDictionary<string, long> _amounts = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    private readonly List<(string Name, long Amount, long DeadlineMs, ReplySlot<string> Caller)> _waiting = [];

    /// <summary>Every record that was applied: its offset, name and amount.</summary>
    public List<string> Applied { get; } = [];

    public long? NextDeadlineMs => _waiting.Count == 0 ? null : _waiting.Min(waiter => waiter.DeadlineMs);

    /// <summary>Waited for before a frozen state is written.</summary>
    public Task MayBeWritten { get; init; } = Task.CompletedTask;

    /// <summary>Whether it takes no state over.</summary>
    public bool RefusesStates { get; init; }

    /// <summary>All amounts, as text.</summary>
    public string Content => string.Join(", ", _amounts.Select(pair => $"{pair.Key}={pair.Value}"));

    public void Apply(RecordView record)
    {
        string name = Encoding.UTF8.GetString(record.Key);
        if (record.Value.IsNull)
        {
            _amounts = _amounts.Remove(name);
        }
        else
        {
            var reader = new SpanReader(record.Value);
            _amounts = _amounts.SetItem(name, reader.ReadInt64());
        }

        Applied.Add(string.Create(CultureInfo.InvariantCulture, $"{record.Offset} {name} {record.TimestampMs}"));
    }

    public IFrozenState Freeze() => new Amounts(_amounts, MayBeWritten);

    public void Restore(StateReader state)
    {
        while (state.MoveNext())
        {
            if (RefusesStates)
            {
                throw new InvalidOperationException("A state of something else.");
            }

            _amounts = _amounts.Add(Encoding.UTF8.GetString(state.Key), BinaryPrimitives.ReadInt64BigEndian(state.Value));
        }
    }

    public void Tick(Decision decision)
    {
        foreach (var waiter in _waiting.Where(waiter => waiter.DeadlineMs <= decision.NowMs).ToArray())
        {
            _waiting.Remove(waiter);
            decision.Append(Encoding.UTF8.GetBytes("late " + waiter.Name), Amount(1));
            decision.Reply(waiter.Caller, "late");
        }
    }

    private static byte[] Amount(long amount)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, amount);
        return bytes;
    }

    /// <summary>Adds to an amount; the reply is what it is then. Whoever waits for that much is answered too.</summary>
    public sealed record Add(string Name, long By) : ICommand<Till, long>
    {
        public void Decide(Till machine, ReplySlot<long> caller, Decision decision)
        {
            long amount = machine._amounts.GetValueOrDefault(Name) + By;
            decision.Append(Encoding.UTF8.GetBytes(Name), amount == 0 ? null : Amount(amount));
            decision.Reply(caller, amount);
            foreach (var waiter in machine._waiting.Where(waiter => waiter.Name == Name && waiter.Amount <= amount).ToArray())
            {
                machine._waiting.Remove(waiter);
                decision.Reply(waiter.Caller, "enough");
            }
        }
    }

    /// <summary>Asks for everything.</summary>
    public sealed record Show : ICommand<Till, string>
    {
        public void Decide(Till machine, ReplySlot<string> caller, Decision decision) => decision.Reply(caller, machine.Content);
    }

    /// <summary>Waits until there is enough or a time has passed.</summary>
    public sealed record WaitFor(string Name, long Amount, long TimeoutMs) : ICommand<Till, string>
    {
        public void Decide(Till machine, ReplySlot<string> caller, Decision decision) =>
            machine._waiting.Add((Name, Amount, decision.NowMs + TimeoutMs, caller));
    }

    /// <summary>Tells the time.</summary>
    public sealed record AskTime : ICommand<Till, long>
    {
        public void Decide(Till machine, ReplySlot<long> caller, Decision decision) => decision.Reply(caller, decision.NowMs);
    }

    /// <summary>Two records at once.</summary>
    public sealed record Move(string From, string To, long By) : ICommand<Till, bool>
    {
        public void Decide(Till machine, ReplySlot<bool> caller, Decision decision)
        {
            decision.Append(Encoding.UTF8.GetBytes(From), Amount(machine._amounts.GetValueOrDefault(From) - By));
            decision.Append(Encoding.UTF8.GetBytes(To), Amount(machine._amounts.GetValueOrDefault(To) + By));
            decision.Reply(caller, true);
        }
    }

    /// <summary>Decides a record that the machine does not understand.</summary>
    public sealed record Garble : ICommand<Till, bool>
    {
        public void Decide(Till machine, ReplySlot<bool> caller, Decision decision)
        {
            decision.Append("broken"u8.ToArray(), [1, 2, 3]);
            decision.Reply(caller, true);
        }
    }

    /// <summary>A command with a bug.</summary>
    public sealed record Stumble : ICommand<Till, bool>
    {
        public void Decide(Till machine, ReplySlot<bool> caller, Decision decision) =>
            throw new DuramenException(new ErrorCode("a-bug"), "A bug.");
    }

    private sealed record Amounts(ImmutableSortedDictionary<string, long> All, Task MayBeWritten) : IFrozenState
    {
        public void WriteTo(StateWriter writer)
        {
            MayBeWritten.Wait();
            foreach ((string name, long amount) in All)
            {
                writer.Put(Encoding.UTF8.GetBytes(name), Amount(amount));
            }
        }
    }
}
