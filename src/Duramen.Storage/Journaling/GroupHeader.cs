using System.Buffers.Binary;
using Duramen.Core.Checksums;

namespace Duramen.Storage.Journaling;

/// <summary>
/// The head of a journal group: what one write and one sync made durable together.
/// <code>
///  0  4  magic "DRJG"            36  4  bytes of entries
///  4  2  version, 1              40  4  number of entries
///  6  2  zero                    44  4  CRC-32C of the entries
///  8 16  folder id               48 12  zero
/// 24  8  sequence                60  4  CRC-32C of the 60 bytes before
/// 32  4  checksum of the group before
/// </code>
/// The header's own checksum covers the entries' checksum and the checksum of the group before, and so the whole history of the journal.
/// </summary>
internal readonly record struct GroupHeader(Guid FolderId, long Sequence, uint PreviousChecksum, int EntriesBytes, int EntryCount, uint EntriesChecksum)
{
    public const int SizeBytes = 64;
    private const uint Magic = 0x44524A47;
    private const ushort Version = 1;
    private const int ChecksummedBytes = SizeBytes - sizeof(uint);

    /// <summary>Bytes of the whole group on disk: header and entries, filled up to whole blocks.</summary>
    public long GroupSizeBytes => RoundUp(SizeBytes + (long)EntriesBytes);

    /// <summary>Writes the header and returns its checksum, by which the next group refers to this one.</summary>
    public uint Write(Span<byte> destination)
    {
        destination[..SizeBytes].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(destination, Magic);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], Version);
        FolderId.TryWriteBytes(destination[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(destination[24..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[32..], PreviousChecksum);
        BinaryPrimitives.WriteInt32BigEndian(destination[36..], EntriesBytes);
        BinaryPrimitives.WriteInt32BigEndian(destination[40..], EntryCount);
        BinaryPrimitives.WriteUInt32BigEndian(destination[44..], EntriesChecksum);
        uint checksum = Crc32C.Compute(destination[..ChecksummedBytes]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ChecksummedBytes..], checksum);
        return checksum;
    }

    /// <summary>Reads a header whose own checksum is right; says nothing about the entries.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out GroupHeader header, out uint checksum)
    {
        header = default;
        checksum = 0;
        if (source.Length < SizeBytes || !HasMagic(source))
        {
            return false;
        }

        checksum = BinaryPrimitives.ReadUInt32BigEndian(source[ChecksummedBytes..]);
        if (checksum != Crc32C.Compute(source[..ChecksummedBytes]) || BinaryPrimitives.ReadUInt16BigEndian(source[4..]) != Version)
        {
            return false;
        }

        header = new GroupHeader(
            new Guid(source.Slice(8, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64BigEndian(source[24..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[32..]),
            BinaryPrimitives.ReadInt32BigEndian(source[36..]),
            BinaryPrimitives.ReadInt32BigEndian(source[40..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[44..]));
        return header.EntriesBytes >= 0 && header.EntryCount >= 0;
    }

    /// <summary>Whether the bytes begin like a group, sound or not.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> source) => source.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(source) == Magic;

    private static long RoundUp(long bytes) => (bytes + StorageLimits.JournalBlockBytes - 1) / StorageLimits.JournalBlockBytes * StorageLimits.JournalBlockBytes;
}
