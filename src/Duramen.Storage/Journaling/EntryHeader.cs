using System.Buffers.Binary;
using Duramen.Core.Ids;
using Duramen.Storage.Segments;

namespace Duramen.Storage.Journaling;

/// <summary>
/// The head of one entry of a group; the entry's payload follows it, unless it went to a segment directly.
/// <code>
///  0  4  bytes of the entry, this header included      40  8  base offset of the append
///  4  1  kind                                          48  8  base offset of the segment
///  5  3  zero                                          56  4  generation of the segment
///  8 16  log id                                        60  4  position in the segment
/// 24  8  consensus term, -1 for none                   64  4  bytes of payload
/// 32  8  consensus index, -1 for none                  68  4  HeaderDigest of a payload that is elsewhere, else 0
/// </code>
/// </summary>
internal readonly record struct EntryHeader(
    EntryKind Kind, LogId Log, Offset BaseOffset, SegmentId Segment, uint Position, int PayloadBytes, uint PayloadDigest)
{
    public const int SizeBytes = 72;
    private const long NoConsensus = -1;

    public bool IsPayloadInline => Kind != EntryKind.AppendDirect;

    /// <summary>Bytes of the entry in the journal.</summary>
    public int EntrySizeBytes => SizeBytes + (IsPayloadInline ? PayloadBytes : 0);

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, EntrySizeBytes);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)Kind << 24);
        Log.Write(destination[8..]);
        BinaryPrimitives.WriteInt64BigEndian(destination[24..], NoConsensus);
        BinaryPrimitives.WriteInt64BigEndian(destination[32..], NoConsensus);
        BinaryPrimitives.WriteInt64BigEndian(destination[40..], BaseOffset.Value);
        BinaryPrimitives.WriteInt64BigEndian(destination[48..], Segment.BaseOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(destination[56..], Segment.Generation);
        BinaryPrimitives.WriteUInt32BigEndian(destination[60..], Position);
        BinaryPrimitives.WriteInt32BigEndian(destination[64..], PayloadBytes);
        BinaryPrimitives.WriteUInt32BigEndian(destination[68..], PayloadDigest);
    }

    /// <summary>Reads the entry at the start of <paramref name="source"/>; false when it does not fit.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out EntryHeader entry)
    {
        entry = default;
        if (source.Length < SizeBytes)
        {
            return false;
        }

        entry = new EntryHeader(
            (EntryKind)source[4],
            LogId.Read(source[8..]),
            new Offset(BinaryPrimitives.ReadInt64BigEndian(source[40..])),
            new SegmentId(new Offset(BinaryPrimitives.ReadInt64BigEndian(source[48..])), BinaryPrimitives.ReadInt32BigEndian(source[56..])),
            BinaryPrimitives.ReadUInt32BigEndian(source[60..]),
            BinaryPrimitives.ReadInt32BigEndian(source[64..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[68..]));
        return entry.PayloadBytes >= 0
            && entry.EntrySizeBytes == BinaryPrimitives.ReadInt32BigEndian(source)
            && entry.EntrySizeBytes <= source.Length;
    }
}
