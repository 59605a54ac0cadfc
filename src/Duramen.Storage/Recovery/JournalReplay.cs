using Duramen.Core.Checksums;
using Duramen.Disk;
using Duramen.Storage.Journaling;

namespace Duramen.Storage.Recovery;

/// <summary>
/// Reads the journal from where the catalog stands, group by group along the chain of checksums, and says why it ends where it ends.
/// Writes nothing.
/// </summary>
internal sealed class JournalReplay : IDisposable
{
    private readonly JournalFiles _files;
    private readonly Guid _folderId;
    private AlignedBuffer _buffer = new(64 << 10);

    public JournalReplay(JournalFiles files, Guid folderId, JournalPosition from)
    {
        _files = files;
        _folderId = folderId;
        Position = from;
    }

    /// <summary>Where the next group is expected.</summary>
    public JournalPosition Position { get; private set; }

    /// <summary>The position before the group that was returned last.</summary>
    public JournalPosition GroupStart { get; private set; }

    /// <summary>
    /// Takes the next group that is whole and follows the one before it. The entries stay valid until the next call.
    /// </summary>
    public bool TryNext(out GroupHeader header, out ReadOnlySpan<byte> entries)
    {
        if (TryRead(Position, out header, out uint checksum, out entries))
        {
            Advance(Position, header, checksum);
            return true;
        }

        // The group may have been too large for the rest of the file; then another file begins with it.
        for (int file = 0; file < _files.Count; file++)
        {
            JournalPosition elsewhere = Position with { File = file, FilePosition = 0 };
            if (elsewhere != Position && TryRead(elsewhere, out header, out checksum, out entries))
            {
                Advance(elsewhere, header, checksum);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Looks for a sound group that is later than the expected one: since groups are written one after the other, it proves that
    /// the expected one was synced. Returns its sequence, or null.
    /// </summary>
    public long? FindLaterGroup()
    {
        for (int file = 0; file < _files.Count; file++)
        {
            // A file that begins with a group from before the expected one was not begun again since; any other may hold later ones anywhere.
            long from = file == Position.File ? Position.FilePosition : 0;
            if ((file == Position.File || !IsFromBefore(file)) && FindLaterGroup(file, from, _files.SizeBytes(file)) is long sequence)
            {
                return sequence;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether something that begins like a group, and is none from before, stands where the next one is expected. Where the journal goes on in
    /// the middle of what was a larger group once, there is no telling a damaged header from those old bytes.
    /// </summary>
    public bool HasStartedGroup()
    {
        for (int file = 0; file < _files.Count; file++)
        {
            long at = file == Position.File ? Position.FilePosition : 0;
            if (ReadBlock(file, at, out ReadOnlySpan<byte> block)
                && GroupHeader.HasMagic(block)
                && !(GroupHeader.TryRead(block, out GroupHeader header, out _) && header.Sequence < Position.Sequence))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the file at the expected position holds a sound group of another folder.</summary>
    public bool HasForeignGroup(out Guid folderId)
    {
        folderId = default;
        if (Position.File < _files.Count
            && ReadBlock(Position.File, Position.FilePosition, out ReadOnlySpan<byte> block)
            && GroupHeader.TryRead(block, out GroupHeader header, out _))
        {
            folderId = header.FolderId;
            return folderId != _folderId;
        }

        return false;
    }

    public void Dispose() => ((IDisposable)_buffer).Dispose();

    // Whether a file was never used, or begins with a sound group from before the expected one.
    private bool IsFromBefore(int file) =>
        ReadBlock(file, 0, out ReadOnlySpan<byte> block)
        && (block.IndexOfAnyExcept((byte)0) < 0
            || (GroupHeader.TryRead(block, out GroupHeader header, out _) && header.FolderId == _folderId && header.Sequence < Position.Sequence));

    private long? FindLaterGroup(int file, long from, long to)
    {
        for (long at = from; at < to; at += StorageLimits.JournalBlockBytes)
        {
            if (ReadBlock(file, at, out ReadOnlySpan<byte> block)
                && GroupHeader.TryRead(block, out GroupHeader header, out _)
                && header.FolderId == _folderId
                && header.Sequence > Position.Sequence
                && TryRead(new JournalPosition(header.Sequence, header.PreviousChecksum, file, at), out _, out _, out _))
            {
                return header.Sequence;
            }
        }

        return null;
    }

    private void Advance(JournalPosition from, GroupHeader header, uint checksum)
    {
        GroupStart = from;
        Position = new JournalPosition(from.Sequence + 1, checksum, from.File, from.FilePosition + header.GroupSizeBytes);
    }

    private bool TryRead(JournalPosition at, out GroupHeader header, out uint checksum, out ReadOnlySpan<byte> entries)
    {
        header = default;
        checksum = 0;
        entries = default;
        if (at.File >= _files.Count
            || !ReadBlock(at.File, at.FilePosition, out ReadOnlySpan<byte> block)
            || !GroupHeader.TryRead(block, out header, out checksum)
            || header.FolderId != _folderId
            || header.Sequence != at.Sequence
            || header.PreviousChecksum != at.PreviousChecksum
            || header.GroupSizeBytes > _files.SizeBytes(at.File) - at.FilePosition)
        {
            return false;
        }

        int size = (int)header.GroupSizeBytes;
        if (_buffer.Length < size)
        {
            ((IDisposable)_buffer).Dispose();
            _buffer = new AlignedBuffer(size);
        }

        Span<byte> group = _buffer.GetSpan()[..size];
        if (_files.File(at.File).Read(group, at.FilePosition) < size)
        {
            return false;
        }

        entries = group.Slice(GroupHeader.SizeBytes, header.EntriesBytes);
        return Crc32C.Compute(entries) == header.EntriesChecksum;
    }

    private bool ReadBlock(int file, long at, out ReadOnlySpan<byte> block)
    {
        Span<byte> buffer = _buffer.GetSpan()[..StorageLimits.JournalBlockBytes];
        block = buffer;
        return file < _files.Count
            && at + buffer.Length <= _files.SizeBytes(file)
            && _files.File(file).Read(buffer, at) == buffer.Length;
    }
}
