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
    private const int WindowBytes = 1 << 20;

    private readonly JournalFiles _files;
    private readonly long[] _sizes;
    private readonly Guid _folderId;

    // A stretch of one file. Groups of many small appends are 4 KiB each, and a read that goes round the page cache takes 0.1 ms whatever its size.
    private AlignedBuffer _window = new(WindowBytes);
    private int _windowFile = -1;
    private long _windowStart;
    private int _windowLength;

    public JournalReplay(JournalFiles files, Guid folderId, JournalPosition from)
    {
        _files = files;
        _sizes = new long[files.Count];
        for (int file = 0; file < _sizes.Length; file++)
        {
            _sizes[file] = files.SizeBytes(file) / StorageLimits.JournalBlockBytes * StorageLimits.JournalBlockBytes;
        }

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
        for (int file = 0; file < _sizes.Length; file++)
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
        for (int file = 0; file < _sizes.Length; file++)
        {
            // A file that begins with a group from before the expected one was not begun again since. Any other may hold later ones anywhere, one
            // that begins with zeros too: it was never used, or its first blocks are lost.
            long from = file == Position.File ? Position.FilePosition : 0;
            if ((file == Position.File || !BeginsBefore(file)) && FindLaterGroup(file, from, _sizes[file]) is long sequence)
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
        for (int file = 0; file < _sizes.Length; file++)
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
        if (Position.File < _sizes.Length
            && ReadBlock(Position.File, Position.FilePosition, out ReadOnlySpan<byte> block)
            && GroupHeader.TryRead(block, out GroupHeader header, out _))
        {
            folderId = header.FolderId;
            return folderId != _folderId;
        }

        return false;
    }

    public void Dispose() => ((IDisposable)_window).Dispose();

    // Whether a file begins with a sound group from before the expected one.
    private bool BeginsBefore(int file) =>
        ReadBlock(file, 0, out ReadOnlySpan<byte> block)
        && GroupHeader.TryRead(block, out GroupHeader header, out _)
        && header.FolderId == _folderId
        && header.Sequence < Position.Sequence;

    private long? FindLaterGroup(int file, long from, long to)
    {
        for (long at = from; at < to; at += StorageLimits.JournalBlockBytes)
        {
            if (ReadBlock(file, at, out ReadOnlySpan<byte> block)
                && GroupHeader.TryRead(block, out GroupHeader header, out _)
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
        if (at.File >= _sizes.Length
            || !ReadBlock(at.File, at.FilePosition, out ReadOnlySpan<byte> block)
            || !GroupHeader.TryRead(block, out header, out checksum)
            || header.FolderId != _folderId
            || header.Sequence != at.Sequence
            || header.PreviousChecksum != at.PreviousChecksum
            || header.GroupSizeBytes > _sizes[at.File] - at.FilePosition)
        {
            return false;
        }

        if (!TryGet(at.File, at.FilePosition, (int)header.GroupSizeBytes, out ReadOnlySpan<byte> group))
        {
            return false;
        }

        entries = group.Slice(GroupHeader.SizeBytes, header.EntriesBytes);
        return Crc32C.Compute(entries) == header.EntriesChecksum;
    }

    private bool ReadBlock(int file, long at, out ReadOnlySpan<byte> block) => TryGet(file, at, StorageLimits.JournalBlockBytes, out block);

    // The bytes of a part of a file, valid until the next call; false when the file is shorter.
    private bool TryGet(int file, long at, int length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (file >= _sizes.Length || at + length > _sizes[file])
        {
            return false;
        }

        if (file != _windowFile || at < _windowStart || at + length > _windowStart + _windowLength)
        {
            if (_window.Length < length)
            {
                ((IDisposable)_window).Dispose();
                _window = new AlignedBuffer(length);
            }

            int wanted = (int)Math.Min(_window.Length, _sizes[file] - at);
            _windowLength = _files.File(file).Read(_window.GetSpan()[..wanted], at);
            (_windowFile, _windowStart) = (file, at);
        }

        if (at + length > _windowStart + _windowLength)
        {
            return false;
        }

        bytes = _window.GetSpan().Slice((int)(at - _windowStart), length);
        return true;
    }
}
