using System.Runtime.InteropServices;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>
/// Whether there is an order of a register's operations in which each happens between its call and its answer and sees what those before it left (C6). The search is that
/// of Wing and Gong (1993) with the memory of Lowe (2017): never twice the same set of operations done with the same value.
/// </summary>
internal sealed class Linearizability
{
    private readonly HistoryOperation[] _operations;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly HashSet<State> _seen = [];
    private readonly ulong[] _done;

    // Places in the list: 0 is the head, then for each operation its call (2i + 1) and its answer (2i + 2).
    private Linearizability(HistoryOperation[] operations)
    {
        _operations = operations;
        _next = new int[(2 * operations.Length) + 1];
        _previous = new int[(2 * operations.Length) + 1];
        _done = new ulong[(operations.Length + 63) / 64];
        (long Moment, int Place)[] moments = new (long, int)[2 * operations.Length];
        for (int i = 0; i < operations.Length; i++)
        {
            moments[2 * i] = (operations[i].Invoked, (2 * i) + 1);
            moments[(2 * i) + 1] = (operations[i].Returned, (2 * i) + 2);
        }

        Array.Sort(moments);
        int last = 0;
        foreach ((_, int place) in moments)
        {
            _next[last] = place;
            _previous[place] = last;
            last = place;
        }

        _next[last] = -1;
    }

    /// <summary>Whether the operations on each register are linearizable; if not, on which they are not.</summary>
    public static int? FindKeyThatIsNot(IEnumerable<HistoryOperation> history)
    {
        foreach (IGrouping<int, HistoryOperation> key in history.GroupBy(operation => operation.Command.Key).OrderBy(group => group.Key))
        {
            if (!new Linearizability([.. key]).Search())
            {
                return key.Key;
            }
        }

        return null;
    }

    private bool Search()
    {
        var path = new Stack<(int Operation, long Value)>();
        long value = 0;
        int place = _next[0];
        while (true)
        {
            if (place == -1)
            {
                // Only operations that nobody was told about are left, or none: they may happen later or never.
                return true;
            }

            int operation = (place - 1) / 2;
            bool isCall = place % 2 == 1;
            if (isCall)
            {
                if (TryDo(_operations[operation], value, out long after) && Remember(operation, after))
                {
                    path.Push((operation, value));
                    value = after;
                    Remove(operation);
                    place = _next[0];
                }
                else
                {
                    place = _next[place];
                }
            }
            else if (!_operations[operation].IsAnswered)
            {
                return true;
            }
            else
            {
                // It was answered before any order let it happen: take back the last choice.
                if (!path.TryPop(out (int Operation, long Value) choice))
                {
                    return false;
                }

                value = choice.Value;
                Restore(choice.Operation);
                place = _next[(2 * choice.Operation) + 1];
            }
        }
    }

    private static bool TryDo(in HistoryOperation operation, long value, out long after)
    {
        Command command = operation.Command;
        (long Result, long After) done = command.Operation switch
        {
            Operation.Get => (value, value),
            Operation.Put => (value, command.Value),
            _ => value == command.Expected ? (1, command.Value) : (0, value),
        };
        after = done.After;
        return !operation.IsAnswered || done.Result == operation.Result;
    }

    private bool Remember(int operation, long after)
    {
        _done[operation / 64] |= 1UL << (operation % 64);
        if (_seen.Add(new State([.. _done], after)))
        {
            return true;
        }

        _done[operation / 64] &= ~(1UL << (operation % 64));
        return false;
    }

    private void Remove(int operation)
    {
        Unlink((2 * operation) + 1);
        Unlink((2 * operation) + 2);
    }

    private void Restore(int operation)
    {
        _done[operation / 64] &= ~(1UL << (operation % 64));
        Link((2 * operation) + 2);
        Link((2 * operation) + 1);
    }

    private void Unlink(int place)
    {
        _next[_previous[place]] = _next[place];
        if (_next[place] != -1)
        {
            _previous[_next[place]] = _previous[place];
        }
    }

    private void Link(int place)
    {
        _next[_previous[place]] = place;
        if (_next[place] != -1)
        {
            _previous[_next[place]] = place;
        }
    }

    private readonly struct State(ulong[] done, long value) : IEquatable<State>
    {
        private readonly ulong[] _done = done;
        private readonly long _value = value;

        public bool Equals(State other) => _value == other._value && _done.AsSpan().SequenceEqual(other._done);

        public override bool Equals(object? obj) => obj is State other && Equals(other);

        public override int GetHashCode() => (int)Digest.Of(MemoryMarshal.AsBytes<ulong>(_done), (ulong)_value);
    }
}
