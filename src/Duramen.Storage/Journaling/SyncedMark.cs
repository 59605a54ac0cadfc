using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Disk;

namespace Duramen.Storage.Journaling;

/// <summary>
/// The file that says how far the journal was synced, and so how far it may have been acknowledged. It is what tells a torn last group, which
/// nobody was promised, from a damaged one, which somebody was.
/// <para>
/// The mark is written after every sync and before any acknowledgement, but not synced itself: it survives the death of the process at the price
/// of a copy to the page cache. Two slots take turns. It is synced, into another two slots that take turns, before every checkpoint and when the
/// journal falls idle, so that after a power cut at least one slot holds a mark that is not older than the catalog.
/// </para>
/// <code>
/// slot, at 0, 4096, 8192 and 12288:
///  0  4  magic "DRJS"      24  8  sequence of the last synced group
///  4  4  zero              32  4  its checksum
///  8 16  folder id         36  4  CRC-32C of the 36 bytes before
/// </code>
/// </summary>
internal sealed class SyncedMark : IDisposable
{
    public const string FileName = "synced";

    private const uint Magic = 0x44524A53;
    private const int SlotSizeBytes = 40;
    private const int SlotSpacingBytes = 4096;
    private const int SlotCount = 4;
    private const int FirstSyncedSlot = 2;

    private readonly IDiskFile _file;
    private readonly Guid _folderId;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly byte[] _slot = new byte[SlotSizeBytes];
    private int _turn;
    private int _syncedTurn;
    private long _written;
    private uint _writtenChecksum;
    private long _synced = -1;

    /// <summary>
    /// Opens the file, or makes it. The last group that recovery found, which it has synced by now, is written by the first <see cref="Sync"/>,
    /// and so before the catalog that includes it.
    /// </summary>
    public SyncedMark(IDisk disk, string journalFolder, Guid folderId, long synced, uint checksum)
    {
        _folderId = folderId;
        _written = synced;
        _writtenChecksum = checksum;
        _file = disk.Open($"{journalFolder}/{FileName}", DiskFileMode.OpenOrCreate);
        byte[] bytes = new byte[SlotCount * SlotSpacingBytes];
        int length = _file.Read(bytes, 0);
        if (length < bytes.Length)
        {
            // All of its room at once: a mark must never fail on a full disk.
            _file.Write(bytes.AsSpan(length), length);
        }

        // A power cut may take the slot that is being written, and must not take the newest that was synced: that one is written over last.
        _turn = IsNewer(bytes, 0, 1) ? 1 : 0;
        _syncedTurn = IsNewer(bytes, FirstSyncedSlot, FirstSyncedSlot + 1) ? 1 : 0;
    }

    /// <summary>Notes that the group was synced. Called by the committer before it acknowledges anything in the group.</summary>
    public void Write(long sequence, uint checksum)
    {
        lock (_lock)
        {
            WriteSlot(_turn, sequence, checksum);
            _turn ^= 1;
            _written = sequence;
            _writtenChecksum = checksum;
        }
    }

    /// <summary>Makes the last mark written durable, if it is not yet. Called by one thread at a time.</summary>
    public void Sync()
    {
        long written;
        lock (_lock)
        {
            if (_synced == _written)
            {
                return;
            }

            written = _written;
            WriteSlot(FirstSyncedSlot + _syncedTurn, _written, _writtenChecksum);
            _syncedTurn ^= 1;
        }

        _file.Sync();
        lock (_lock)
        {
            _synced = written;
        }
    }

    /// <summary>The highest mark that any slot holds; null when no slot can be read.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="journalFolder">The folder that the file is in.</param>
    /// <param name="folderId">Whose marks count.</param>
    /// <param name="defects">Gets what is wrong.</param>
    /// <param name="damagedAt">Gets the position of each damaged slot.</param>
    public static long? TryRead(IDisk disk, string journalFolder, Guid folderId, List<string> defects, List<long>? damagedAt = null)
    {
        string path = $"{journalFolder}/{FileName}";
        if (!disk.FileExists(path))
        {
            defects.Add($"{path} is missing");
            return null;
        }

        byte[] bytes = new byte[SlotCount * SlotSpacingBytes];
        using IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        int length = file.Read(bytes, 0);
        long? highest = null;
        for (int slot = 0; slot < SlotCount; slot++)
        {
            ReadOnlySpan<byte> source = bytes.AsSpan(slot * SlotSpacingBytes, SlotSizeBytes);
            if (slot * SlotSpacingBytes + SlotSizeBytes > length || source.IndexOfAnyExcept((byte)0) < 0)
            {
                continue;
            }

            if (TryReadSlot(bytes, slot, folderId) is long sequence)
            {
                highest = Math.Max(highest ?? 0, sequence);
            }
            else
            {
                defects.Add(FormattableString.Invariant($"{path} is damaged at byte {slot * SlotSpacingBytes}"));
                damagedAt?.Add(slot * SlotSpacingBytes);
            }
        }

        return highest;
    }

    public void Dispose() => _file.Dispose();

    private static long? TryReadSlot(ReadOnlySpan<byte> bytes, int slot, Guid folderId)
    {
        ReadOnlySpan<byte> source = bytes.Slice(slot * SlotSpacingBytes, SlotSizeBytes);
        return BinaryPrimitives.ReadUInt32BigEndian(source[36..]) == Crc32C.Compute(source[..36])
            && BinaryPrimitives.ReadUInt32BigEndian(source) == Magic
            && new Guid(source.Slice(8, 16), bigEndian: true) == folderId
                ? BinaryPrimitives.ReadInt64BigEndian(source[24..])
                : null;
    }

    private bool IsNewer(ReadOnlySpan<byte> bytes, int slot, int than) =>
        TryReadSlot(bytes, slot, _folderId) is long sequence && !(TryReadSlot(bytes, than, _folderId) >= sequence);

    private void WriteSlot(int slot, long sequence, uint checksum)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_slot, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(_slot.AsSpan(4), 0);
        _folderId.TryWriteBytes(_slot.AsSpan(8), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(_slot.AsSpan(24), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(_slot.AsSpan(32), checksum);
        BinaryPrimitives.WriteUInt32BigEndian(_slot.AsSpan(36), Crc32C.Compute(_slot.AsSpan(0, 36)));
        _file.Write(_slot, slot * (long)SlotSpacingBytes);
    }
}
