using System.Buffers;
using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;

namespace Duramen.Storage.Segments;

/// <summary>
/// The file of a segment's index: a header that names the log and segment, then the entries of <see cref="IndexEntry"/>, each with a checksum.
/// <code>
///  0  4  magic "DRIX"            24  8  base offset of the segment
///  4  2  version, 1              32  4  generation of the segment
///  6  2  zero                    36 24  zero
///  8 16  log id                  60  4  CRC-32C of the 60 bytes before
/// </code>
/// </summary>
internal static class IndexFile
{
    public const int HeaderSizeBytes = 64;
    private const uint Magic = 0x44524958;
    private const ushort Version = 1;
    private const int ChecksummedBytes = HeaderSizeBytes - sizeof(uint);

    public static long PositionOf(int entry) => HeaderSizeBytes + (long)entry * IndexEntry.SizeBytes;

    /// <summary>
    /// Reads the entries that a segment in this state has. Null, with the reason, when the file is not what the state calls for:
    /// the last entry's digest leads to the state's own only if every entry belongs to this very segment.
    /// </summary>
    public static IndexEntry[]? TryRead(IDisk disk, string folder, LogId logId, in SegmentState state, out string defect)
    {
        string path = $"{folder}/{state.Id.IndexFileName}";
        if (!disk.FileExists(path))
        {
            defect = "the file is missing";
            return null;
        }

        byte[] bytes = new byte[PositionOf(state.IndexEntries)];
        using (IDiskFile file = disk.Open(path, DiskFileMode.Existing))
        {
            int read = file.Read(bytes, 0);
            if (read < bytes.Length)
            {
                defect = FormattableString.Invariant($"the file ends at byte {read} and should reach byte {bytes.Length}");
                return null;
            }
        }

        if (!IsHeader(bytes, logId, state.Id, out defect))
        {
            return null;
        }

        var entries = new IndexEntry[state.IndexEntries];
        uint position = 0;
        for (int number = 0; number < entries.Length; number++)
        {
            if (!IndexEntry.TryRead(bytes.AsSpan((int)PositionOf(number)), out entries[number])
                || entries[number].StartPosition != position
                || entries[number].EndPosition <= position)
            {
                defect = FormattableString.Invariant($"entry {number} at byte {PositionOf(number)} is damaged");
                return null;
            }

            position = entries[number].EndPosition;
        }

        if (position != state.IntervalStart)
        {
            defect = FormattableString.Invariant($"the entries end at position {position} of the segment and should at {state.IntervalStart}");
            return null;
        }

        if (entries.Length > 0 && entries[^1].Digest != state.IntervalDigest)
        {
            defect = "the entries describe other batches than the catalog does";
            return null;
        }

        defect = "";
        return entries;
    }

    /// <summary>Writes the header and the entries that the file lacks; the caller syncs.</summary>
    public static void Write(IDiskFile file, LogId logId, SegmentId segment, int firstEntry, ReadOnlySpan<IndexEntry> entries)
    {
        Span<byte> header = stackalloc byte[HeaderSizeBytes];
        EncodeHeader(header, logId, segment);
        int sizeBytes = entries.Length * IndexEntry.SizeBytes;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(sizeBytes);
        for (int number = 0; number < entries.Length; number++)
        {
            entries[number].Write(bytes.AsSpan(number * IndexEntry.SizeBytes));
        }

        file.Write(header, 0);
        file.Write(bytes.AsSpan(0, sizeBytes), PositionOf(firstEntry));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static bool IsHeader(ReadOnlySpan<byte> bytes, LogId logId, SegmentId segment, out string defect)
    {
        defect = "";
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[ChecksummedBytes..]) != Crc32C.Compute(bytes[..ChecksummedBytes]))
        {
            defect = "the header at byte 0 is damaged";
            return false;
        }

        Span<byte> expected = stackalloc byte[HeaderSizeBytes];
        EncodeHeader(expected, logId, segment);
        if (!expected.SequenceEqual(bytes[..HeaderSizeBytes]))
        {
            defect = "the header at byte 0 names another log, segment or version";
            return false;
        }

        return true;
    }

    private static void EncodeHeader(Span<byte> header, LogId logId, SegmentId segment)
    {
        header.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(header, Magic);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], Version);
        logId.Write(header[8..]);
        BinaryPrimitives.WriteInt64BigEndian(header[24..], segment.BaseOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(header[32..], segment.Generation);
        BinaryPrimitives.WriteUInt32BigEndian(header[ChecksummedBytes..], Crc32C.Compute(header[..ChecksummedBytes]));
    }
}
