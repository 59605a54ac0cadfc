using System.Buffers;
using Duramen.Consensus.Contract;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Entries;

/// <summary>
/// A replica's log: the newest entries in memory, older ones behind an <see cref="IEntryReader"/>, and the epochs of all of them. Entries leave the memory only when
/// they are committed and synced, so what is truncated is never read back from a disk that does not know of it yet.
/// </summary>
internal sealed class EntryLog
{
    private const int InitialSlots = 64;

    private readonly IEntryReader _older;
    private readonly EpochRuns _epochs = new();
    private Slot[] _slots = new Slot[InitialSlots];
    private EntryIndex _cachedFrom;
    private Epoch _epochBefore;

    /// <summary>Starts with the entries on disk behind the snapshot.</summary>
    public EntryLog(EntryIndex snapshotIndex, Epoch snapshotEpoch, IEntryReader older)
    {
        _older = older;
        _epochBefore = snapshotEpoch;
        First = snapshotIndex.Next;
        Last = EntryIndex.Max(snapshotIndex, older.Last);
        for (EntryIndex index = First; index <= Last; index = index.Next)
        {
            _epochs.Append(index, older.ReadHeader(index).Epoch);
        }

        _cachedFrom = Last.Next;
    }

    /// <summary>The first entry; one more than <see cref="Last"/> when there is none.</summary>
    public EntryIndex First { get; private set; }

    /// <summary>The last entry.</summary>
    public EntryIndex Last { get; private set; }

    /// <summary>The epoch of the last entry, or of the snapshot when there is none.</summary>
    public Epoch LastEpoch => EpochAt(Last);

    /// <summary>The payload bytes held in memory.</summary>
    public long CachedBytes { get; private set; }

    /// <summary>Whether the epoch of an entry is known: it is here, or the last one before the first.</summary>
    public bool Knows(EntryIndex index) => index >= First.Previous && index <= Last;

    /// <summary>The epoch of an entry that is known.</summary>
    public Epoch EpochAt(EntryIndex index) => index == First.Previous ? _epochBefore : _epochs.At(index);

    /// <summary>The first entry here of the run of equal epochs that an entry belongs to.</summary>
    public EntryIndex StartOfRun(EntryIndex index) => index < First ? index : _epochs.StartOfRun(index);

    /// <summary>Adds an entry; the payload is copied.</summary>
    public void Append(in EntryHeader header, ReadOnlySpan<byte> payload)
    {
        Invariant.Holds(header.Index == Last.Next);
        if (header.Index.Value - _cachedFrom.Value == _slots.Length)
        {
            Grow();
        }

        byte[] bytes = payload.IsEmpty ? [] : ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(bytes);
        SlotOf(header.Index) = new Slot(header, bytes, payload.Length);
        _epochs.Append(header.Index, header.Epoch);
        CachedBytes += payload.Length;
        Last = header.Index;
    }

    /// <summary>An entry that is here; good until the next change of the log or the next read.</summary>
    public EntryView Read(EntryIndex index)
    {
        Invariant.Holds(index >= First && index <= Last);
        if (index < _cachedFrom)
        {
            return _older.Read(index);
        }

        ref Slot slot = ref SlotOf(index);
        return new EntryView(slot.Header, slot.Payload.AsSpan(0, slot.LengthBytes));
    }

    /// <summary>Removes an entry and all behind it.</summary>
    public void TruncateFrom(EntryIndex index)
    {
        Invariant.Holds(index >= First && index <= Last);
        for (EntryIndex gone = EntryIndex.Max(index, _cachedFrom); gone <= Last; gone = gone.Next)
        {
            Release(ref SlotOf(gone));
        }

        _cachedFrom = EntryIndex.Min(_cachedFrom, index);
        _epochs.TruncateFrom(index);
        Last = index.Previous;
    }

    /// <summary>Removes all entries up to one that is here.</summary>
    public void TrimTo(EntryIndex index)
    {
        Invariant.Holds(index >= First && index <= Last);
        Epoch epoch = EpochAt(index);
        Evict(index);
        _cachedFrom = EntryIndex.Max(_cachedFrom, index.Next);
        if (index == Last)
        {
            _epochs.Clear();
        }
        else
        {
            _epochs.TrimBefore(index.Next);
        }

        _epochBefore = epoch;
        First = index.Next;
    }

    /// <summary>Removes everything; the log goes on behind a snapshot.</summary>
    public void Reset(EntryIndex snapshotIndex, Epoch snapshotEpoch)
    {
        Evict(Last);
        _epochs.Clear();
        _epochBefore = snapshotEpoch;
        First = snapshotIndex.Next;
        Last = snapshotIndex;
        _cachedFrom = First;
    }

    /// <summary>Gives back the memory of the oldest entries up to an index, which are committed and synced, while there is more than the limit.</summary>
    public void Shrink(EntryIndex upTo, long limitBytes)
    {
        while (CachedBytes > limitBytes && _cachedFrom <= upTo && _cachedFrom <= Last)
        {
            Evict(_cachedFrom);
        }
    }

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
        if (slot.Payload.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(slot.Payload);
        }

        slot = default;
    }

    // A power of two, so that the slot of an index is its low bits.
    private ref Slot SlotOf(EntryIndex index) => ref _slots[index.Value & (_slots.Length - 1)];

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 2];
        for (EntryIndex index = _cachedFrom; index <= Last; index = index.Next)
        {
            SlotOf(index) = old[index.Value & (old.Length - 1)];
        }
    }

    private readonly record struct Slot(EntryHeader Header, byte[] Payload, int LengthBytes);
}
