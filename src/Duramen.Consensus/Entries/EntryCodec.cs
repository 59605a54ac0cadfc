using Duramen.Consensus.Contract;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Entries;

/// <summary>
/// An entry as bytes, in messages and in writes alike: index (8), epoch number (8) and node (4), flags (1: kind in the low bits), record count (4), length of the
/// payload (4), payload; with flag 0x80 the epoch of the last acceptance (8 + 4) before the payload. Big-endian, no checksum of its own.
/// </summary>
public static class EntryCodec
{
    /// <summary>The size of the fields before the payload, in bytes.</summary>
    public const int HeaderSizeBytes = 29;

    private const int AcceptedSizeBytes = 12;
    private const byte AcceptedFlag = 0x80;

    /// <summary>The size of an entry, in bytes.</summary>
    public static int SizeOf(in EntryView entry) => SizeOf(entry.Header, entry.Payload.Length);

    /// <summary>The size of an entry with a payload of so many bytes, in bytes.</summary>
    public static int SizeOf(in EntryHeader header, int payloadBytes) =>
        HeaderSizeBytes + (header.AcceptedIn != header.Epoch ? AcceptedSizeBytes : 0) + payloadBytes;

    /// <summary>Writes an entry; returns its size.</summary>
    public static int Write(in EntryView entry, Span<byte> destination)
    {
        EntryHeader header = entry.Header;
        bool isAcceptedAgain = header.AcceptedIn != header.Epoch;
        var writer = new SpanWriter(destination);
        writer.WriteInt64(header.Index.Value);
        writer.WriteInt64(header.Epoch.Number);
        writer.WriteInt32(header.Epoch.Node.Value);
        writer.WriteByte((byte)((byte)header.Kind | (isAcceptedAgain ? AcceptedFlag : 0)));
        writer.WriteInt32(header.RecordCount);
        writer.WriteInt32(entry.Payload.Length);
        if (isAcceptedAgain)
        {
            writer.WriteInt64(header.AcceptedIn.Number);
            writer.WriteInt32(header.AcceptedIn.Node.Value);
        }

        writer.WriteBytes(entry.Payload);
        return writer.Position;
    }

    /// <summary>Reads the next entry without copying its payload; false when it is cut or no valid entry.</summary>
    public static bool TryRead(scoped ref SpanReader reader, out EntryView entry)
    {
        entry = default;
        if (!reader.TryReadBytes(HeaderSizeBytes, out ReadOnlySpan<byte> fixedBytes))
        {
            return false;
        }

        var fields = new SpanReader(fixedBytes);
        var index = new EntryIndex(fields.ReadInt64());
        var epoch = new Epoch(fields.ReadInt64(), new NodeId(fields.ReadInt32()));
        byte flags = fields.ReadByte();
        var kind = (EntryKind)(flags & ~AcceptedFlag);
        int recordCount = fields.ReadInt32();
        int payloadBytes = fields.ReadInt32();
        Epoch accepted = epoch;
        if ((flags & AcceptedFlag) != 0)
        {
            if (!reader.TryReadInt64(out long number) || !reader.TryReadInt32(out int node))
            {
                return false;
            }

            accepted = new Epoch(number, new NodeId(node));
        }

        bool isValid = index.Value > 0 && epoch.Number >= 0 && kind <= EntryKind.Configuration && recordCount >= 0
            && (kind == EntryKind.Records || recordCount == 0) && payloadBytes <= ConsensusLimits.MaxPayloadBytes;
        if (!isValid || !reader.TryReadBytes(payloadBytes, out ReadOnlySpan<byte> payload))
        {
            return false;
        }

        entry = new EntryView(new EntryHeader(index, epoch, kind, recordCount) { AcceptedIn = accepted }, payload);
        return true;
    }
}
