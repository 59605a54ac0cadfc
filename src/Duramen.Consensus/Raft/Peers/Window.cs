using Duramen.Core.Ids;

namespace Duramen.Consensus.Raft.Peers;

/// <summary>The messages on their way to one member, each by its last entry: a ring that is made once.</summary>
internal sealed class Window
{
    private readonly EntryIndex[] _last;
    private int _start;
    private int _count;

    public Window(int size) => _last = new EntryIndex[size];

    public bool IsFull => _count == _last.Length;

    public void Add(EntryIndex last)
    {
        _last[(_start + _count) % _last.Length] = last;
        _count++;
    }

    /// <summary>Forgets messages whose entries are all answered.</summary>
    public void RemoveUpTo(EntryIndex index)
    {
        while (_count > 0 && _last[_start] <= index)
        {
            _start = (_start + 1) % _last.Length;
            _count--;
        }
    }

    public void Clear() => _count = 0;
}
