using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;

namespace Duramen.State.Store.Runs;

/// <summary>
/// The last bytes of a run: what it covers and where its parts are. The parts follow each other without gaps, in this order; indexes and filter end in a
/// checksum of their own, and so does every block.
/// <code>
///   0  4  magic "DRRN"                          64  8  position of the index of version blocks
///   4  2  version, 2                            72  4  number of version blocks
///   6  2  zero                                  76  4  number of change blocks
///   8  8  number of the run                     80  8  position of the index of change blocks
///  16  8  first offset covered                  88  8  position of the filter
///  24  8  offset after the last one covered     96  8  position of the footer
///  32  8  base time                            104 20  zero
///  40  8  versions                             124  4  CRC-32C of the 124 bytes before
///  48  8  keys
///  56  8  position of the change blocks; the version blocks begin at 0
/// </code>
/// </summary>
internal readonly record struct RunFooter
{
    public const int SizeBytes = 128;

    private const uint Magic = 0x4452524E;
    private const short Version = 2;
    private const int ChecksummedBytes = SizeBytes - sizeof(uint);

    public required long Number { get; init; }

    public required Offset From { get; init; }

    public required Offset To { get; init; }

    public required long BaseTimestampMs { get; init; }

    public required long Versions { get; init; }

    public required long Keys { get; init; }

    public required long ChangesPosition { get; init; }

    public required long BlockIndexPosition { get; init; }

    public required int BlockCount { get; init; }

    public required int ChangeBlockCount { get; init; }

    public required long ChangeIndexPosition { get; init; }

    public required long FilterPosition { get; init; }

    public required long FooterPosition { get; init; }

    public void Write(Span<byte> bytes)
    {
        var writer = new SpanWriter(bytes[..SizeBytes]);
        writer.WriteUInt32(Magic);
        writer.WriteInt16(Version);
        writer.WriteInt16(0);
        writer.WriteInt64(Number);
        writer.WriteInt64(From.Value);
        writer.WriteInt64(To.Value);
        writer.WriteInt64(BaseTimestampMs);
        writer.WriteInt64(Versions);
        writer.WriteInt64(Keys);
        writer.WriteInt64(ChangesPosition);
        writer.WriteInt64(BlockIndexPosition);
        writer.WriteInt32(BlockCount);
        writer.WriteInt32(ChangeBlockCount);
        writer.WriteInt64(ChangeIndexPosition);
        writer.WriteInt64(FilterPosition);
        writer.WriteInt64(FooterPosition);
        writer.Take(ChecksummedBytes - writer.Position).Clear();
        writer.WriteUInt32(Crc32C.Compute(bytes[..ChecksummedBytes]));
    }

    /// <summary>Reads a footer; false when the bytes are not what was written, or the parts are not in order.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RunFooter footer)
    {
        footer = default;
        if (bytes.Length != SizeBytes || Crc32C.Compute(bytes[..ChecksummedBytes]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[ChecksummedBytes..]))
        {
            return false;
        }

        var reader = new SpanReader(bytes);
        if (reader.ReadUInt32() != Magic || reader.ReadInt16() != Version)
        {
            return false;
        }

        reader.ReadInt16();
        footer = new RunFooter
        {
            Number = reader.ReadInt64(),
            From = new Offset(reader.ReadInt64()),
            To = new Offset(reader.ReadInt64()),
            BaseTimestampMs = reader.ReadInt64(),
            Versions = reader.ReadInt64(),
            Keys = reader.ReadInt64(),
            ChangesPosition = reader.ReadInt64(),
            BlockIndexPosition = reader.ReadInt64(),
            BlockCount = reader.ReadInt32(),
            ChangeBlockCount = reader.ReadInt32(),
            ChangeIndexPosition = reader.ReadInt64(),
            FilterPosition = reader.ReadInt64(),
            FooterPosition = reader.ReadInt64(),
        };
        return footer is { BlockCount: >= 0, ChangeBlockCount: >= 0, ChangesPosition: >= 0 }
            && footer.ChangesPosition <= footer.BlockIndexPosition
            && footer.BlockIndexPosition < footer.ChangeIndexPosition
            && footer.ChangeIndexPosition < footer.FilterPosition
            && footer.FilterPosition < footer.FooterPosition;
    }
}
