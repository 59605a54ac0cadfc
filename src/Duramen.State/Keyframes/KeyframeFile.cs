using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.State.Replication;
using Duramen.State.Store;
using Duramen.State.Store.Memory;

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
    private const int Version = 1;
    private const int FixedBytes = 56;
    private const int ChecksumAt = 52;
    private const int BlockHeadBytes = 2 * sizeof(int);
    private const int EntryHeadBytes = (2 * sizeof(int)) + (2 * sizeof(long));

    // Large enough that a block costs one write, small enough that two of them are nothing.
    private const int BlockBytes = 256 << 10;

    // An entry has to fit a store, and a block ends with the entry that fills it.
    private const int BlockMaxBytes = BlockBytes + EntryHeadBytes + StoreLimits.KeyMaxBytes + StoreLimits.ValueMaxBytes;

    private static ReadOnlySpan<byte> Magic => "DURAKEYF"u8;

    /// <summary>Writes the newest state of a snapshot and syncs it.</summary>
    public static void Write(IDiskFile file, ReadOnlySpan<byte> identity, IStoreSnapshot state, ReadOnlySpan<byte> attachment)
    {
        using var block = new PooledBuffer();
        long at = FixedBytes + identity.Length + attachment.Length;
        long entries = 0;
        StateDigest digest = default;
        using (IVersionCursor cursor = state.Scan(KeyRange.All, state.Position))
        {
            while (cursor.MoveNext())
            {
                Append(block, cursor.Current);
                digest = digest.Plus(cursor.Current.Key, cursor.Current.Value.Span);
                entries++;
                if (block.Length >= BlockBytes)
                {
                    at = WriteBlock(file, at, block);
                }
            }
        }

        if (block.Length > 0)
        {
            at = WriteBlock(file, at, block);
        }

        WriteBlock(file, at, block);
        WriteHeader(file, identity, state.Position, entries, digest, attachment);
        file.Sync();
    }

    /// <summary>Reads a keyframe into a store in memory; says what is wrong when it is not one, whole and unchanged, of this identity.</summary>
    public static string? TryRead(IDiskFile file, ReadOnlySpan<byte> identity, out MemoryStore? store)
    {
        store = null;
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

        var position = new Offset(BinaryPrimitives.ReadInt64BigEndian(head[16..]));
        var entries = new List<Entry>();
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

            if (!TryReadEntries(block, entries, ref digest))
            {
                return $"the block before position {at} is damaged";
            }
        }

        if (entries.Count != BinaryPrimitives.ReadInt64BigEndian(head[24..]) || digest != StateDigest.Read(head[32..]))
        {
            return "it does not hold the state that its digest is of";
        }

        // A store is put into in the order of offsets.
        entries.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        store = new MemoryStore();
        foreach (Entry entry in entries)
        {
            store.Put(entry.Key, entry.Value, new Offset(entry.Offset), entry.TimestampMs);
        }

        store.Advance(position, names.AsSpan(identityBytes));
        store.MoveHorizon(position);
        return null;
    }

    private static void Append(PooledBuffer block, VersionView version)
    {
        Span<byte> head = block.GetSpan(EntryHeadBytes);
        BinaryPrimitives.WriteInt32BigEndian(head, version.Key.Length);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], version.Value.Length);
        BinaryPrimitives.WriteInt64BigEndian(head[8..], version.Offset.Value);
        BinaryPrimitives.WriteInt64BigEndian(head[16..], version.TimestampMs);
        block.Advance(EntryHeadBytes);
        block.Write(version.Key);
        block.Write(version.Value.Span);
    }

    private static bool TryReadEntries(ReadOnlySpan<byte> block, List<Entry> entries, ref StateDigest digest)
    {
        while (!block.IsEmpty)
        {
            if (block.Length < EntryHeadBytes)
            {
                return false;
            }

            int keyBytes = BinaryPrimitives.ReadInt32BigEndian(block);
            int valueBytes = BinaryPrimitives.ReadInt32BigEndian(block[4..]);
            ReadOnlySpan<byte> rest = block[EntryHeadBytes..];
            if (keyBytes < 0 || valueBytes < 0 || (long)keyBytes + valueBytes > rest.Length)
            {
                return false;
            }

            var entry = new Entry(
                rest[..keyBytes].ToArray(),
                rest.Slice(keyBytes, valueBytes).ToArray(),
                BinaryPrimitives.ReadInt64BigEndian(block[8..]),
                BinaryPrimitives.ReadInt64BigEndian(block[16..]));
            digest = digest.Plus(entry.Key, entry.Value);
            entries.Add(entry);
            block = rest[(keyBytes + valueBytes)..];
        }

        return true;
    }

    private static long WriteBlock(IDiskFile file, long at, PooledBuffer block)
    {
        Span<byte> head = stackalloc byte[BlockHeadBytes];
        BinaryPrimitives.WriteInt32BigEndian(head, block.Length);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], Crc32C.Compute(block.WrittenSpan));
        file.Write(head, at);
        file.Write(block.WrittenSpan, at + BlockHeadBytes);
        at += BlockHeadBytes + block.Length;
        block.Clear();
        return at;
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

    private readonly record struct Entry(byte[] Key, byte[] Value, long Offset, long TimestampMs);
}
