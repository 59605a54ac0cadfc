using System.Buffers.Binary;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Disks;

/// <summary>
/// One write in a log file: length of the body (4), CRC-32C of all that follows (4), sequence number (8), body. The body: flags (1), hard state (36), its commit and truncation (8 each, if any),
/// snapshot with its state (only in a file's first frame), number of entries (4), entries.
/// </summary>
internal readonly ref struct Frame
{
    public const int HeaderBytes = 16;

    private const int HardStateBytes = 36;
    private const byte HasTruncation = 1;
    private const byte HasSnapshot = 2;
    private const byte HasCommit = 4;

    private Frame(HardState hardState, EntryIndex truncateFrom, SnapshotMeta? snapshot, ReadOnlySpan<byte> state, int entryCount, ReadOnlySpan<byte> entries)
    {
        HardState = hardState;
        TruncateFrom = truncateFrom;
        Snapshot = snapshot;
        State = state;
        EntryCount = entryCount;
        Entries = entries;
    }

    public HardState HardState { get; }

    public EntryIndex TruncateFrom { get; }

    public SnapshotMeta? Snapshot { get; }

    public ReadOnlySpan<byte> State { get; }

    public int EntryCount { get; }

    public ReadOnlySpan<byte> Entries { get; }

    /// <summary>Writes a frame at the end of a file; returns where its entries begin.</summary>
    public static int Append(
        DiskFile file, long sequence, HardState hard, EntryIndex truncateFrom, SnapshotMeta? snapshot, ReadOnlySpan<byte> state, int entryCount, ReadOnlySpan<byte> entries)
    {
        int body = 1 + HardStateBytes + (hard.Committed > EntryIndex.Zero ? 8 : 0) + (truncateFrom > EntryIndex.Zero ? 8 : 0)
            + (snapshot is null ? 0 : SnapshotMetaCodec.SizeOf(snapshot) + 4 + state.Length) + 4 + entries.Length;
        Span<byte> frame = file.Append(HeaderBytes + body);
        var writer = new SpanWriter(frame);
        writer.WriteInt32(body);
        writer.WriteUInt32(0);
        writer.WriteInt64(sequence);
        writer.WriteByte((byte)((truncateFrom > EntryIndex.Zero ? HasTruncation : 0) | (snapshot is null ? 0 : HasSnapshot) | (hard.Committed > EntryIndex.Zero ? HasCommit : 0)));
        WriteHardState(ref writer, hard);
        if (hard.Committed > EntryIndex.Zero)
        {
            writer.WriteInt64(hard.Committed.Value);
        }

        if (truncateFrom > EntryIndex.Zero)
        {
            writer.WriteInt64(truncateFrom.Value);
        }

        if (snapshot is not null)
        {
            SnapshotMetaCodec.Write(snapshot, writer.Take(SnapshotMetaCodec.SizeOf(snapshot)));
            writer.WriteInt32(state.Length);
            writer.WriteBytes(state);
        }

        writer.WriteInt32(entryCount);
        writer.WriteBytes(entries);
        BinaryPrimitives.WriteUInt32BigEndian(frame[4..], Crc32C.Compute(frame[8..]));
        return file.LengthBytes - entries.Length;
    }

    /// <summary>Reads the frame at a position; false when there is none that is whole and in sequence.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, int position, long sequence, out Frame frame, out int sizeBytes)
    {
        frame = default;
        sizeBytes = 0;
        if (file.Length - position < HeaderBytes)
        {
            return false;
        }

        var header = new SpanReader(file.Slice(position, HeaderBytes));
        int body = header.ReadInt32();
        uint checksum = header.ReadUInt32();
        if (header.ReadInt64() != sequence || body < 0 || body > file.Length - position - HeaderBytes
            || Crc32C.Compute(file.Slice(position + 8, HeaderBytes - 8 + body)) != checksum)
        {
            return false;
        }

        sizeBytes = HeaderBytes + body;
        return TryReadBody(new SpanReader(file.Slice(position + HeaderBytes, body)), out frame);
    }

    private static bool TryReadBody(SpanReader reader, out Frame frame)
    {
        frame = default;
        byte flags = reader.ReadByte();
        HardState hard = ReadHardState(ref reader);
        hard = (flags & HasCommit) != 0 ? hard with { Committed = new EntryIndex(reader.ReadInt64()) } : hard;
        EntryIndex truncateFrom = (flags & HasTruncation) != 0 ? new EntryIndex(reader.ReadInt64()) : EntryIndex.Zero;
        SnapshotMeta? snapshot = null;
        ReadOnlySpan<byte> state = default;
        if ((flags & HasSnapshot) != 0)
        {
            snapshot = SnapshotMetaCodec.TryRead(ref reader);
            state = reader.ReadBytes(reader.ReadInt32());
        }

        int count = reader.ReadInt32();
        frame = new Frame(hard, truncateFrom, snapshot, state, count, reader.ReadBytes(reader.Remaining));
        return true;
    }

    private static void WriteHardState(ref SpanWriter writer, HardState hard)
    {
        writer.WriteInt64(hard.Current.Number);
        writer.WriteInt32(hard.Current.Node.Value);
        writer.WriteInt64(hard.Established.Number);
        writer.WriteInt32(hard.Established.Node.Value);
        writer.WriteInt32(hard.Vote.Node.Value);
        writer.WriteUInt64(hard.Vote.Disk);
    }

    private static HardState ReadHardState(ref SpanReader reader) => new(
        new Epoch(reader.ReadInt64(), new NodeId(reader.ReadInt32())),
        new Epoch(reader.ReadInt64(), new NodeId(reader.ReadInt32())),
        new ReplicaId(new NodeId(reader.ReadInt32()), reader.ReadUInt64()));
}
