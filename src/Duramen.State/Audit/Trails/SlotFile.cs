using System.Buffers.Binary;
using Duramen.Core.Checksums;
using Duramen.Disk;

namespace Duramen.State.Audit.Trails;

/// <summary>
/// A file of slots of one size that only grows. Each slot carries a CRC-32C over its number and content, so that one that was altered, or that stands where
/// another belongs, is noticed. Slots that were appended are written in large pieces. One owner, one thread at a time.
/// </summary>
internal sealed class SlotFile : IDisposable
{
    // A slot is some tens of bytes: large enough that a system call costs nothing beside the hashing, small enough for any machine.
    private const int PieceSizeBytes = 256 << 10;

    private readonly IDiskFile _file;
    private readonly int _contentSizeBytes;
    private readonly byte[] _piece;
    private int _pendingBytes;
    private long _written;

    /// <summary>Takes over an open file that has <paramref name="count"/> slots; what is behind them is cut off.</summary>
    public SlotFile(IDiskFile file, int contentSizeBytes, long count)
    {
        _file = file;
        _contentSizeBytes = contentSizeBytes;
        _piece = new byte[PieceSizeBytes / SlotSizeBytes * SlotSizeBytes];
        _written = count;
    }

    /// <summary>The slots, those included that are not written yet.</summary>
    public long Count => _written + (_pendingBytes / SlotSizeBytes);

    private int SlotSizeBytes => SizeOfSlot(_contentSizeBytes);

    /// <summary>What a slot takes in the file, in bytes.</summary>
    public static int SizeOfSlot(int contentSizeBytes) => contentSizeBytes + sizeof(uint);

    /// <summary>Reads the content of a slot; false when it is not what was written.</summary>
    public bool TryRead(long number, Span<byte> content)
    {
        Span<byte> slot = stackalloc byte[SlotSizeBytes];
        if (number >= _written)
        {
            long position = (number - _written) * SlotSizeBytes;
            if (position + SlotSizeBytes > _pendingBytes)
            {
                return false;
            }

            _piece.AsSpan((int)position, SlotSizeBytes).CopyTo(slot);
        }
        else if (_file.Read(slot, number * SlotSizeBytes) < SlotSizeBytes)
        {
            return false;
        }

        slot[.._contentSizeBytes].CopyTo(content);
        return IsIntact(slot, number);
    }

    /// <summary>Appends a slot.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        if (_pendingBytes == _piece.Length)
        {
            Write();
        }

        long number = Count;
        Span<byte> slot = _piece.AsSpan(_pendingBytes, SlotSizeBytes);
        content.CopyTo(slot);
        BinaryPrimitives.WriteUInt32BigEndian(slot[_contentSizeBytes..], ChecksumOf(content, number));
        _pendingBytes += SlotSizeBytes;
    }

    /// <summary>Whether every slot is what was written.</summary>
    public bool AreAllIntact()
    {
        byte[] piece = new byte[_piece.Length];
        for (long number = 0; number < _written;)
        {
            int bytes = (int)Math.Min(piece.Length, (_written - number) * SlotSizeBytes);
            if (_file.Read(piece.AsSpan(0, bytes), number * SlotSizeBytes) < bytes)
            {
                return false;
            }

            for (int at = 0; at < bytes; at += SlotSizeBytes, number++)
            {
                if (!IsIntact(piece.AsSpan(at, SlotSizeBytes), number))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Makes all slots durable, and nothing behind them.</summary>
    public void Sync()
    {
        Write();
        if (_file.Length != _written * SlotSizeBytes)
        {
            _file.SetLength(_written * SlotSizeBytes);
        }

        _file.Sync();
    }

    public void Dispose() => _file.Dispose();

    private bool IsIntact(ReadOnlySpan<byte> slot, long number) =>
        BinaryPrimitives.ReadUInt32BigEndian(slot[_contentSizeBytes..]) == ChecksumOf(slot[.._contentSizeBytes], number);

    private static uint ChecksumOf(ReadOnlySpan<byte> content, long number)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(place, number);
        return Crc32C.Append(Crc32C.Compute(place), content);
    }

    private void Write()
    {
        _file.Write(_piece.AsSpan(0, _pendingBytes), _written * SlotSizeBytes);
        _written += _pendingBytes / SlotSizeBytes;
        _pendingBytes = 0;
    }
}
