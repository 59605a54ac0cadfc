using Duramen.Core.Ids;

namespace Duramen.Storage.Compaction;

/// <summary>
/// The last offset of each key, in one array of slots with open addressing and linear probing. Keys are known by their hash of 128 bits under a
/// random key, which stands for the key itself (see <see cref="Core.Checksums.SipHash128"/>).
/// </summary>
internal sealed class KeyOffsetMap
{
    /// <summary>Bytes of one slot.</summary>
    public const int SlotSizeBytes = 24;

    // Past three quarters the runs of taken slots that an absent key has to pass grow quickly: 8 slots here, 50 at nine tenths.
    private const double FillMax = 0.75;
    private const int SlotsMin = 4;

    private readonly Slot[] _slots;
    private readonly int _countMax;
    private int _count;

    /// <summary>Makes a map for so many keys, or for as many as fit the memory.</summary>
    public KeyOffsetMap(int memoryBytes, long keysWanted)
    {
        long wanted = (long)Math.Min(keysWanted / FillMax, int.MaxValue) + SlotsMin;
        _slots = new Slot[Math.Max(SlotsMin, Math.Min(memoryBytes / SlotSizeBytes, wanted))];
        _countMax = (int)(_slots.Length * FillMax);
    }

    /// <summary>The number of keys in the map.</summary>
    public int Count => _count;

    /// <summary>
    /// Sets the offset of a key; offsets must come in ascending order. False when the key is new and there is no room for it.
    /// </summary>
    public bool TryPut(ulong first, ulong second, Offset offset)
    {
        ref Slot slot = ref FindSlot(first, second);
        if (slot.OffsetPlusOne == 0)
        {
            if (_count == _countMax)
            {
                return false;
            }

            _count++;
            slot.First = first;
            slot.Second = second;
        }

        slot.OffsetPlusOne = offset.Value + 1;
        return true;
    }

    /// <summary>The offset of a key; -1 when the map does not have it.</summary>
    public long Find(ulong first, ulong second) => _count == 0 ? -1 : FindSlot(first, second).OffsetPlusOne - 1;

    /// <summary>Forgets every key.</summary>
    public void Clear()
    {
        if (_count > 0)
        {
            Array.Clear(_slots);
            _count = 0;
        }
    }

    // The slot that holds the key, or the free one where it belongs. Some slot is always free.
    private ref Slot FindSlot(ulong first, ulong second)
    {
        Slot[] slots = _slots;
        int index = (int)Math.BigMul(first, (ulong)slots.Length, out _);
        while (true)
        {
            ref Slot slot = ref slots[index];
            if (slot.OffsetPlusOne == 0 || (slot.First == first && slot.Second == second))
            {
                return ref slot;
            }

            index = index + 1 == slots.Length ? 0 : index + 1;
        }
    }

    private struct Slot
    {
        public ulong First;
        public ulong Second;

        // One more than the offset, so that a cleared slot is a free one.
        public long OffsetPlusOne;
    }
}
