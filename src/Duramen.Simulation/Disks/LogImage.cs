using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Disks;

/// <summary>What a node's log file says, kept up to date as it is written: the host's own view, and where its replica reads older entries.</summary>
internal sealed class LogImage : IEntryReader
{
    // Where there is no entry, the length is zero.
    private readonly List<(EntryHeader Header, int Position, int LengthBytes)> _entries = [];
    private DiskFile _file = new();

    public HardState HardState { get; set; }

    public SnapshotMeta Snapshot { get; private set; } = SnapshotMeta.Nothing;

    /// <summary>Whether the device fails to read.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>Whether what cannot be read is taken for nothing: the mistake of not looking at the outcome of a read.</summary>
    public bool TakesFailureForNothing { get; set; }

    /// <summary>The state that belongs to the snapshot.</summary>
    public byte[] State { get; private set; } = [];

    public EntryIndex First { get; private set; } = new(1);

    public EntryIndex Last => new(First.Value + _entries.Count - 1);

    public bool Contains(EntryIndex index) => index >= First && index <= Last && _entries[(int)(index.Value - First.Value)].LengthBytes > 0;

    public EntryHeader ReadHeader(EntryIndex index) => _entries[(int)(index.Value - First.Value)].Header;

    public EntryView Read(EntryIndex index)
    {
        (EntryHeader header, int position, int lengthBytes) = _entries[(int)(index.Value - First.Value)];
        if (IsUnreadable)
        {
            return TakesFailureForNothing ? new EntryView(header, []) : throw new UnreadableDiskException();
        }

        var reader = new SpanReader(_file.Live.Slice(position, lengthBytes));
        EntryCodec.TryRead(ref reader, out EntryView entry);
        return new EntryView(header, entry.Payload);
    }

    /// <summary>Starts again with a snapshot; entries begin after <paramref name="before"/>.</summary>
    public void Reset(DiskFile file, SnapshotMeta snapshot, byte[] state, EntryIndex before)
    {
        _file = file;
        _entries.Clear();
        Snapshot = snapshot;
        State = state;
        First = before.Next;
    }

    public void TruncateFrom(EntryIndex from)
    {
        int keep = (int)Math.Max(0, from.Value - First.Value);
        if (keep < _entries.Count)
        {
            _entries.RemoveRange(keep, _entries.Count - keep);
        }
    }

    /// <summary>Takes in entries that were written at a position of the file; one that is there already is replaced, and slots can be left out.</summary>
    public void Add(ReadOnlySpan<byte> entries, int position)
    {
        var reader = new SpanReader(entries);
        while (!reader.IsAtEnd)
        {
            int start = reader.Position;
            if (!EntryCodec.TryRead(ref reader, out EntryView entry))
            {
                throw new InvalidOperationException("A replica asked to persist what is no entry.");
            }

            var stored = (entry.Header, position + start, reader.Position - start);
            int slot = (int)(entry.Header.Index.Value - First.Value);
            while (slot >= _entries.Count)
            {
                _entries.Add(default);
            }

            if (slot >= 0)
            {
                _entries[slot] = stored;
            }
        }
    }
}
