using System.Buffers.Binary;
using Duramen.Consensus.Contract;
using Duramen.Core.Ids;
using Duramen.Simulation.Disks;

namespace Duramen.Simulation.Checking;

/// <summary>
/// What the synced bytes on one replica's disk say, decoded apart from the code of the node and independent of its memory. Each sync decodes only what it added.
/// </summary>
internal sealed class DurableImage
{
    private static readonly (Epoch Epoch, Epoch AcceptedIn) Gap = (new Epoch(-1), new Epoch(-1));

    private readonly List<(Epoch Epoch, Epoch AcceptedIn)> _entries = [];
    private readonly List<EntryHeader> _added = [];
    private int _position;
    private long _sequence;
    private long _first = 1;

    /// <summary>The file that was decoded.</summary>
    public DiskFile? File { get; private set; }

    public HardState HardState { get; private set; }

    public SnapshotMeta Snapshot { get; private set; } = SnapshotMeta.Nothing;

    /// <summary>How many bytes were decoded.</summary>
    public int DecodedBytes => _position;

    public EntryIndex Last => new(Math.Max(Snapshot.Index.Value, _first + _entries.Count - 1));

    /// <summary>Index, epoch and acceptance of each entry that the last sync added.</summary>
    public IReadOnlyList<EntryHeader> Added => _added;

    /// <summary>Whether the entry with this epoch, or a snapshot that covers it, is there.</summary>
    public bool Holds(EntryIndex index, Epoch epoch) => index <= Snapshot.Index || At(index).Epoch == epoch;

    /// <summary>Whether an entry accepted in this epoch or a later one, or a snapshot that covers it, is there.</summary>
    public bool HoldsAccepted(EntryIndex index, Epoch epoch) => index <= Snapshot.Index || At(index).AcceptedIn >= epoch;

    /// <summary>Decodes what a sync added; a file that took the place of another is decoded from its beginning.</summary>
    public void Advance(SimulatedDisk disk)
    {
        if (File != disk.Durable)
        {
            File = disk.Durable;
            _position = 0;
            _sequence = 0;
        }

        _added.Clear();
        ReadOnlySpan<byte> bytes = File.Device[..File.SyncedBytes];
        HardState before = HardState;
        while (_position < bytes.Length)
        {
            if (!Frame.TryRead(bytes, _position, _sequence + 1, out Frame frame, out int size))
            {
                throw new ViolationException("C3", $"{disk.Replica}: what was synced at byte {_position} does not say what was written");
            }

            Take(frame);
            _position += size;
            _sequence++;
        }

        if (HardState.Current < before.Current || HardState.Established < before.Established || HardState.Committed < before.Committed)
        {
            throw new ViolationException("C8", $"{disk.Replica}: hard state on disk went from {before} to {HardState}");
        }

        if (HardState.Current == before.Current && before.Vote.Node.IsSome && HardState.Vote != before.Vote)
        {
            throw new ViolationException("R6", $"{disk.Replica}: the vote on disk in epoch {HardState.Current} went from {before.Vote} to {HardState.Vote}");
        }
    }

    private (Epoch Epoch, Epoch AcceptedIn) At(EntryIndex index)
    {
        long slot = index.Value - _first;
        return slot >= 0 && slot < _entries.Count ? _entries[(int)slot] : Gap;
    }

    private void Take(in Frame frame)
    {
        HardState = frame.HardState;
        if (frame.Snapshot is SnapshotMeta snapshot)
        {
            Snapshot = snapshot;
            _entries.Clear();
            _first = Math.Min(snapshot.Index.Value + 1, frame.EntryCount > 0 ? BinaryPrimitives.ReadInt64BigEndian(frame.Entries) : long.MaxValue);
        }

        if (frame.TruncateFrom > EntryIndex.Zero)
        {
            int keep = (int)Math.Max(0, frame.TruncateFrom.Value - _first);
            _entries.RemoveRange(Math.Min(keep, _entries.Count), Math.Max(0, _entries.Count - keep));
        }

        TakeEntries(frame.Entries);
    }

    // The layout of docs/consensus.md, read without the codec that wrote it.
    private void TakeEntries(ReadOnlySpan<byte> entries)
    {
        while (entries.Length > 0)
        {
            long index = BinaryPrimitives.ReadInt64BigEndian(entries);
            var epoch = new Epoch(BinaryPrimitives.ReadInt64BigEndian(entries[8..]), new NodeId(BinaryPrimitives.ReadInt32BigEndian(entries[16..])));
            bool isAcceptedAgain = (entries[20] & 0x80) != 0;
            int payloadAt = 29 + (isAcceptedAgain ? 12 : 0);
            int payloadBytes = BinaryPrimitives.ReadInt32BigEndian(entries[25..]);
            Epoch acceptedIn = isAcceptedAgain
                ? new Epoch(BinaryPrimitives.ReadInt64BigEndian(entries[29..]), new NodeId(BinaryPrimitives.ReadInt32BigEndian(entries[37..]))) : epoch;
            int slot = (int)(index - _first);
            while (slot >= _entries.Count)
            {
                _entries.Add(Gap);
            }

            _entries[slot] = (epoch, acceptedIn);
            _added.Add(new EntryHeader(new EntryIndex(index), epoch, (EntryKind)(entries[20] & 0x7F), 0) { AcceptedIn = acceptedIn });
            entries = entries[(payloadAt + payloadBytes)..];
        }
    }
}
