using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;

namespace Duramen.Storage.Segments;

/// <summary>
/// One interval of a segment: consecutive whole batches of <see cref="StorageLimits.IndexIntervalBytes"/> or more. Intervals cover a segment
/// without gaps, so the start of one is the end of the one before.
/// </summary>
/// <param name="FirstOffset">Base offset of the interval's first batch.</param>
/// <param name="MaxTimestampMs">Largest timestamp of any record in the interval.</param>
/// <param name="StartPosition">Position in the segment of its first byte.</param>
/// <param name="EndPosition">Position in the segment after its last byte.</param>
/// <param name="Digest">
/// <see cref="HeaderDigest"/> of every batch from the segment's start to <paramref name="EndPosition"/>.
/// </param>
internal readonly record struct IndexEntry(Offset FirstOffset, long MaxTimestampMs, uint StartPosition, uint EndPosition, uint Digest)
{
    /// <summary>Size on disk, the entry's own checksum included.</summary>
    public const int SizeBytes = 32;

    private const int ChecksummedBytes = SizeBytes - sizeof(uint);

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, FirstOffset.Value);
        BinaryPrimitives.WriteInt64BigEndian(destination[8..], MaxTimestampMs);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], StartPosition);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], EndPosition);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], Digest);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ChecksummedBytes..], Crc32C.Compute(destination[..ChecksummedBytes]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out IndexEntry entry)
    {
        entry = new IndexEntry(
            new Offset(BinaryPrimitives.ReadInt64BigEndian(source)),
            BinaryPrimitives.ReadInt64BigEndian(source[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[20..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[24..]));
        return BinaryPrimitives.ReadUInt32BigEndian(source[ChecksummedBytes..]) == Crc32C.Compute(source[..ChecksummedBytes]);
    }
}
