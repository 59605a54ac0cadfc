using System.Buffers;
using System.Runtime.InteropServices;

namespace Duramen.Disk;

/// <summary>
/// Memory outside the garbage-collected heap whose address and length suit <see cref="DiskFileCache.DirectDurable"/> files.
/// One owner; disposing it while an operation uses it is a bug of the owner.
/// </summary>
public sealed unsafe class AlignedBuffer : MemoryManager<byte>
{
    /// <summary>The unit of direct access: every block size in use today divides it.</summary>
    public const int AlignmentBytes = 4096;

    private byte* _memory;

    /// <summary>Allocates zeroed memory; the length is rounded up to whole units.</summary>
    public AlignedBuffer(int lengthBytes)
    {
        Length = checked((int)RoundUp(lengthBytes));
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Length, AlignmentBytes);
        NativeMemory.Clear(_memory, (nuint)Length);
    }

    /// <summary>The length in bytes, a multiple of <see cref="AlignmentBytes"/>.</summary>
    public int Length { get; }

    /// <summary>The smallest multiple of <see cref="AlignmentBytes"/> that is not less than <paramref name="lengthBytes"/>.</summary>
    public static long RoundUp(long lengthBytes) => (lengthBytes + AlignmentBytes - 1) & ~((long)AlignmentBytes - 1);

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        return new Span<byte>(_memory, Length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_memory + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
