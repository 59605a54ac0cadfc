using System.Buffers;
using System.Numerics;
using Duramen.Consensus.Contract;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Slots;

/// <summary>
/// What a replica has slot by slot: the newest in memory, older ones behind an <see cref="IEntryReader"/>. Slots are filled in any order and filled again, so there can be gaps; the last slot is
/// none. An entry leaves the memory only when it is chosen and synced.
/// </summary>
internal sealed class SlotLog
{
    private const int InitialSlots = 64;

    private readonly IEntryReader _older;
    private Slot[] _slots = new Slot[InitialSlots];

    // What is before this slot is on disk or nowhere.
    private EntryIndex _cachedFrom;

    /// <summary>Starts with what is on disk behind the snapshot.</summary>
    public SlotLog(EntryIndex snapshotIndex, IEntryReader older)
    {
        _older = older;
        First = snapshotIndex.Next;
        Last = EntryIndex.Max(snapshotIndex, older.Last);
        _cachedFrom = Last.Next;
    }

    /// <summary>The first slot; one more than <see cref="Last"/> when there is none.</summary>
    public EntryIndex First { get; private set; }

    /// <summary>The last slot with an entry.</summary>
    public EntryIndex Last { get; private set; }

    /// <summary>The payload bytes held in memory.</summary>
    public long CachedBytes { get; private set; }

    /// <summary>Whether there is an entry in a slot.</summary>
    public bool Has(EntryIndex index) =>
        index >= First && index <= Last && (index < _cachedFrom ? _older.Contains(index) : SlotOf(index).State != SlotState.Empty);

    /// <summary>The entry in a slot that has one, without its payload.</summary>
    public EntryHeader HeaderAt(EntryIndex index) => IsCached(index) ? SlotOf(index).Header : _older.ReadHeader(index);

    /// <summary>The entry in a slot that has one; good until the next change or the next read.</summary>
    public EntryView Read(EntryIndex index)
    {
        if (!IsCached(index))
        {
            return _older.Read(index);
        }

        ref Slot slot = ref SlotOf(index);
        return new EntryView(slot.Header, slot.Payload.AsSpan(0, slot.LengthBytes));
    }

    /// <summary>The write that brings the entry in a slot to disk; none when it has been there since the start.</summary>
    public PersistId WriteOf(EntryIndex index) => IsCached(index) ? SlotOf(index).Write : PersistId.None;

    /// <summary>Puts an entry into a slot, in the place of what was there; the payload is copied.</summary>
    public void Put(in EntryHeader header, ReadOnlySpan<byte> payload, PersistId write)
    {
        EntryIndex index = header.Index;
        Invariant.Holds(index >= First);
        Cover(index);
        byte[] bytes = payload.IsEmpty ? [] : ArrayPool<byte>.Shared.Rent(payload.Length);

        // The payload may be that of the entry which it replaces.
        payload.CopyTo(bytes);
        ref Slot slot = ref SlotOf(index);
        Release(ref slot);
        slot = new Slot(SlotState.Cached, header, bytes, payload.Length, write);
        CachedBytes += payload.Length;
        Last = EntryIndex.Max(Last, index);
    }

    /// <summary>Removes all slots up to one, which need not have an entry; those behind it stay.</summary>
    public void TrimTo(EntryIndex index)
    {
        Evict(index);
        _cachedFrom = EntryIndex.Max(_cachedFrom, index.Next);
        First = index.Next;
        Last = EntryIndex.Max(Last, index);
    }

    /// <summary>Gives back the memory of the oldest entries up to an index, which are chosen and synced, while there is more than the limit.</summary>
    public void Shrink(EntryIndex upTo, long limitBytes)
    {
        while (CachedBytes > limitBytes && _cachedFrom <= upTo && _cachedFrom <= Last)
        {
            Evict(_cachedFrom);
        }
    }

    private bool IsCached(EntryIndex index) => index >= _cachedFrom && SlotOf(index).State == SlotState.Cached;

    private void Evict(EntryIndex upTo)
    {
        for (; _cachedFrom <= upTo && _cachedFrom <= Last; _cachedFrom = _cachedFrom.Next)
        {
            Release(ref SlotOf(_cachedFrom));
        }
    }

    private void Release(ref Slot slot)
    {
        CachedBytes -= slot.LengthBytes;
        if (slot.LengthBytes > 0)
        {
            ArrayPool<byte>.Shared.Return(slot.Payload);
        }

        slot = default;
    }

    // Makes room for a slot, before those in memory or behind them.
    private void Cover(EntryIndex index)
    {
        EntryIndex from = EntryIndex.Min(_cachedFrom, index);
        EntryIndex last = EntryIndex.Max(Last, index);
        if (last.Value - from.Value >= _slots.Length)
        {
            Grow(last.Value - from.Value + 1);
        }

        while (_cachedFrom > from)
        {
            _cachedFrom = _cachedFrom.Previous;
            SlotOf(_cachedFrom) = new Slot(_older.Contains(_cachedFrom) ? SlotState.OnDisk : SlotState.Empty, default, [], 0, PersistId.None);
        }
    }

    // A power of two, so that the slot of an index is its low bits.
    private ref Slot SlotOf(EntryIndex index) => ref _slots[index.Value & (_slots.Length - 1)];

    private void Grow(long slots)
    {
        Slot[] old = _slots;
        _slots = new Slot[(int)BitOperations.RoundUpToPowerOf2((ulong)slots)];
        for (EntryIndex index = _cachedFrom; index <= Last; index = index.Next)
        {
            SlotOf(index) = old[index.Value & (old.Length - 1)];
        }
    }

    private readonly record struct Slot(SlotState State, EntryHeader Header, byte[] Payload, int LengthBytes, PersistId Write);
}
