using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Replication;
using Duramen.State.Store;

namespace Duramen.State.Keyframes;

/// <summary>
/// The file of one keyframe, all numbers big-endian: a header; then blocks of entries, each block with its length and CRC-32C before it; then a block of no bytes.
/// <code>
/// header  0 magic "DURAKEYF"   8 version = 1   12 identity length   16 position   24 entries   32 digest (16)   48 attachment length   52 CRC-32C of all of the header
///         56 identity, attachment
/// entry   key length (4), value length (4), offset (8), timestamp (8), key, value
/// </code>
/// </summary>
internal static class KeyframeFile
{
    /// <summary>What stands before the key of an entry.</summary>
    public const int EntryHeadBytes = (2 * sizeof(int)) + (2 * sizeof(long));

    /// <summary>What stands before a block.</summary>
    public const int BlockHeadBytes = 2 * sizeof(int);

    /// <summary>What a block is closed at: large enough that it costs one write, small enough that two of them are nothing.</summary>
    public const int BlockBytes = 256 << 10;

    private const int Version = 1;
    private const int FixedBytes = 56;
    private const int ChecksumAt = 52;

    // An entry has to fit a store, and a block ends with the entry that fills it.
    private const int BlockMaxBytes = BlockBytes + EntryHeadBytes + StoreLimits.KeyMaxBytes + StoreLimits.ValueMaxBytes;

    private static ReadOnlySpan<byte> Magic => "DURAKEYF"u8;

    /// <summary>Writes a state over whatever is in the file, and syncs it; gives its digest.</summary>
    public static StateDigest Write(IDiskFile file, ReadOnlySpan<byte> identity, Offset position, IFrozenState state, ReadOnlySpan<byte> attachment)
    {
        using var writer = new StateWriter(file, FixedBytes + identity.Length + attachment.Length);
        state.WriteTo(writer);
        writer.End();
        file.SetLength(writer.SizeBytes);
        WriteHeader(file, identity, position, writer.Entries, writer.Digest, attachment);
        file.Sync();
        return writer.Digest;
    }

    /// <summary>Reads a keyframe; says what is wrong when it is not one, whole and unchanged, of this identity.</summary>
    public static string? TryRead(IDiskFile file, ReadOnlySpan<byte> identity, out KeptState? kept)
    {
        kept = null;
        Span<byte> head = stackalloc byte[FixedBytes];
        if (file.Read(head, 0) < FixedBytes || !head.StartsWith(Magic))
        {
            return "it is no keyframe";
        }

        if (BinaryPrimitives.ReadInt32BigEndian(head[8..]) is var version && version != Version)
        {
            return $"it has version {version} of the format, and this program reads version {Version}";
        }

        int identityBytes = BinaryPrimitives.ReadInt32BigEndian(head[12..]);
        int attachmentBytes = BinaryPrimitives.ReadInt32BigEndian(head[48..]);
        if (identityBytes is < 0 or > StoreLimits.KeyMaxBytes || attachmentBytes is < 0 or > StoreLimits.KeyMaxBytes)
        {
            return "its header is damaged";
        }

        byte[] names = new byte[identityBytes + attachmentBytes];
        if (file.Read(names, FixedBytes) < names.Length || HeaderChecksum(head, names) != BinaryPrimitives.ReadUInt32BigEndian(head[ChecksumAt..]))
        {
            return "its header is damaged";
        }

        if (!names.AsSpan(0, identityBytes).SequenceEqual(identity))
        {
            return "it is of another machine, version or log";
        }

        var blocks = new List<byte[]>();
        long entries = 0;
        StateDigest digest = default;
        for (long at = FixedBytes + names.Length; ;)
        {
            if (ReadBlock(file, ref at) is not { } block)
            {
                return $"the block at position {at} is damaged";
            }

            if (block.Length == 0)
            {
                break;
            }

            if (!TryCount(block, ref entries, ref digest))
            {
                return $"the block before position {at} is damaged";
            }

            blocks.Add(block);
        }

        if (entries != BinaryPrimitives.ReadInt64BigEndian(head[24..]) || digest != StateDigest.Read(head[32..]))
        {
            return "it does not hold the state that its digest is of";
        }

        kept = new KeptState(new Offset(BinaryPrimitives.ReadInt64BigEndian(head[16..])), digest, names.AsMemory(identityBytes), blocks, entries);
        return null;
    }

    /// <summary>The digest that the header states, whether the rest is good or not; null when there is no header.</summary>
    public static StateDigest? DigestIn(IDiskFile file)
    {
        Span<byte> head = stackalloc byte[FixedBytes];
        return file.Read(head, 0) == FixedBytes && head.StartsWith(Magic) ? StateDigest.Read(head[32..]) : null;
    }

    /// <summary>Reads the sizes of the entry that bytes begin with; false when it does not fit them.</summary>
    public static bool TryMeasure(ReadOnlySpan<byte> bytes, out int keyBytes, out int valueBytes)
    {
        keyBytes = valueBytes = 0;
        if (bytes.Length < EntryHeadBytes)
        {
            return false;
        }

        keyBytes = BinaryPrimitives.ReadInt32BigEndian(bytes);
        valueBytes = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        return keyBytes >= 0 && valueBytes >= 0 && (long)keyBytes + valueBytes <= bytes.Length - EntryHeadBytes;
    }

    private static bool TryCount(ReadOnlySpan<byte> block, ref long entries, ref StateDigest digest)
    {
        for (; !block.IsEmpty; entries++)
        {
            if (!TryMeasure(block, out int keyBytes, out int valueBytes))
            {
                return false;
            }

            ReadOnlySpan<byte> rest = block[EntryHeadBytes..];
            digest = digest.Plus(rest[..keyBytes], rest.Slice(keyBytes, valueBytes));
            block = rest[(keyBytes + valueBytes)..];
        }

        return true;
    }

    private static byte[]? ReadBlock(IDiskFile file, ref long at)
    {
        Span<byte> head = stackalloc byte[BlockHeadBytes];
        if (file.Read(head, at) < BlockHeadBytes || BinaryPrimitives.ReadInt32BigEndian(head) is var length && length is < 0 or > BlockMaxBytes)
        {
            return null;
        }

        byte[] block = new byte[length];
        if (file.Read(block, at + BlockHeadBytes) < length || Crc32C.Compute(block) != BinaryPrimitives.ReadUInt32BigEndian(head[4..]))
        {
            return null;
        }

        at += BlockHeadBytes + length;
        return block;
    }

    private static void WriteHeader(
        IDiskFile file, ReadOnlySpan<byte> identity, Offset position, long entries, StateDigest digest, ReadOnlySpan<byte> attachment)
    {
        byte[] header = new byte[FixedBytes + identity.Length + attachment.Length];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(12), identity.Length);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(16), position.Value);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(24), entries);
        digest.Write(header.AsSpan(32));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(48), attachment.Length);
        identity.CopyTo(header.AsSpan(FixedBytes));
        attachment.CopyTo(header.AsSpan(FixedBytes + identity.Length));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(ChecksumAt), HeaderChecksum(header.AsSpan(0, FixedBytes), header.AsSpan(FixedBytes)));
        file.Write(header, 0);
    }

    private static uint HeaderChecksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> names) => Crc32C.Append(Crc32C.Compute(head[..ChecksumAt]), names);
}
