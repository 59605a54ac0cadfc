using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Duramen.Core.Errors;

namespace Duramen.Core.Binary;

/// <summary>
/// Writes big-endian fields one after the other and never outside the memory it was given. A field that does not fit raises a
/// <see cref="BinaryFormatException"/> and leaves what was written as it was.
/// </summary>
public ref struct SpanWriter
{
    private readonly Span<byte> _memory;
    private int _position;

    /// <summary>Starts at the first byte.</summary>
    public SpanWriter(Span<byte> memory) => _memory = memory;

    /// <summary>The number of bytes written.</summary>
    public readonly int Position => _position;

    /// <summary>The number of bytes that still fit.</summary>
    public readonly int Remaining => _memory.Length - _position;

    /// <summary>The bytes written.</summary>
    public readonly Span<byte> Written => _memory[.._position];

    /// <summary>Takes the next bytes, for the caller to fill.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            ThrowFull(count);
        }

        Span<byte> taken = _memory.Slice(_position, count);
        _position += count;
        return taken;
    }

    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value) => Take(sizeof(byte))[0] = value;

    /// <summary>Writes 2 bytes.</summary>
    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);

    /// <summary>Writes 2 bytes.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(sizeof(ushort)), value);

    /// <summary>Writes 4 bytes.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    /// <summary>Writes 4 bytes.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), value);

    /// <summary>Writes 8 bytes.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);

    /// <summary>Writes 8 bytes.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(sizeof(ulong)), value);

    /// <summary>Writes an unsigned varint.</summary>
    public void WriteUnsignedVarint(ulong value) => Varint.WriteUnsigned(Take(Varint.SizeOfUnsigned(value)), value);

    /// <summary>Writes a zigzag varint.</summary>
    public void WriteVarint(long value) => Varint.Write(Take(Varint.SizeOf(value)), value);

    /// <summary>Writes bytes as they are.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Writes text as UTF-8, without its length, and gives its size in bytes.</summary>
    public int WriteUtf8(ReadOnlySpan<char> text)
    {
        Span<byte> taken = Take(Encoding.UTF8.GetByteCount(text));
        return Encoding.UTF8.GetBytes(text, taken);
    }

    [DoesNotReturn]
    private readonly void ThrowFull(int count) => throw new BinaryFormatException(
        CoreErrors.BufferFull,
        string.Create(CultureInfo.InvariantCulture, $"At byte {_position} of {_memory.Length} a field of {count} bytes does not fit."));
}
