using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Duramen.Core.Errors;

namespace Duramen.Core.Binary;

/// <summary>
/// Reads big-endian fields one after the other and never outside the bytes it was given. The <c>Read</c> methods raise a
/// <see cref="BinaryFormatException"/> that says where; the <c>Try</c> methods say false and stay where they are.
/// </summary>
public ref struct SpanReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;

    /// <summary>Starts at the first byte.</summary>
    public SpanReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The number of bytes read.</summary>
    public readonly int Position => _position;

    /// <summary>The number of bytes not yet read.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>Whether every byte has been read.</summary>
    public readonly bool IsAtEnd => _position == _bytes.Length;

    /// <summary>Takes the next bytes without copying.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        if ((uint)count > (uint)Remaining)
        {
            bytes = default;
            return false;
        }

        bytes = _bytes.Slice(_position, count);
        _position += count;
        return true;
    }

    /// <summary>Reads one byte.</summary>
    public bool TryReadByte(out byte value)
    {
        bool read = TryReadBytes(sizeof(byte), out ReadOnlySpan<byte> bytes);
        value = read ? bytes[0] : default;
        return read;
    }

    /// <summary>Reads 2 bytes.</summary>
    public bool TryReadInt16(out short value)
    {
        bool read = TryReadBytes(sizeof(short), out ReadOnlySpan<byte> bytes);
        value = read ? BinaryPrimitives.ReadInt16BigEndian(bytes) : default;
        return read;
    }

    /// <summary>Reads 4 bytes.</summary>
    public bool TryReadInt32(out int value)
    {
        bool read = TryReadBytes(sizeof(int), out ReadOnlySpan<byte> bytes);
        value = read ? BinaryPrimitives.ReadInt32BigEndian(bytes) : default;
        return read;
    }

    /// <summary>Reads 8 bytes.</summary>
    public bool TryReadInt64(out long value)
    {
        bool read = TryReadBytes(sizeof(long), out ReadOnlySpan<byte> bytes);
        value = read ? BinaryPrimitives.ReadInt64BigEndian(bytes) : default;
        return read;
    }

    /// <summary>Reads an unsigned varint of at most 32 bits.</summary>
    public bool TryReadUnsignedVarint32(out uint value)
    {
        bool read = Varint.TryReadUnsigned32(_bytes[_position..], out value, out int sizeBytes);
        _position += sizeBytes;
        return read;
    }

    /// <summary>Reads an unsigned varint of at most 64 bits.</summary>
    public bool TryReadUnsignedVarint64(out ulong value)
    {
        bool read = Varint.TryReadUnsigned64(_bytes[_position..], out value, out int sizeBytes);
        _position += sizeBytes;
        return read;
    }

    /// <summary>Reads a zigzag varint of at most 32 bits.</summary>
    public bool TryReadVarint32(out int value)
    {
        bool read = Varint.TryRead32(_bytes[_position..], out value, out int sizeBytes);
        _position += sizeBytes;
        return read;
    }

    /// <summary>Reads a zigzag varint of at most 64 bits.</summary>
    public bool TryReadVarint64(out long value)
    {
        bool read = Varint.TryRead64(_bytes[_position..], out value, out int sizeBytes);
        _position += sizeBytes;
        return read;
    }

    /// <summary>Takes the next bytes without copying.</summary>
    /// <exception cref="BinaryFormatException">There are fewer.</exception>
    public ReadOnlySpan<byte> ReadBytes(int count) => TryReadBytes(count, out ReadOnlySpan<byte> bytes) ? bytes : Truncated(count);

    /// <summary>Reads one byte.</summary>
    /// <exception cref="BinaryFormatException">There is none.</exception>
    public byte ReadByte() => ReadBytes(sizeof(byte))[0];

    /// <summary>Reads 2 bytes.</summary>
    /// <exception cref="BinaryFormatException">There are fewer.</exception>
    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(ReadBytes(sizeof(short)));

    /// <summary>Reads 2 bytes.</summary>
    /// <exception cref="BinaryFormatException">There are fewer.</exception>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(ReadBytes(sizeof(ushort)));

    /// <summary>Reads 4 bytes.</summary>
    /// <exception cref="BinaryFormatException">There are fewer.</exception>
    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(ReadBytes(sizeof(int)));

    /// <summary>Reads 4 bytes.</summary>
    /// <exception cref="BinaryFormatException">There are fewer.</exception>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(ReadBytes(sizeof(uint)));

    /// <summary>Reads 8 bytes.</summary>
    /// <exception cref="BinaryFormatException">There are fewer.</exception>
    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(ReadBytes(sizeof(long)));

    /// <summary>Reads 8 bytes.</summary>
    /// <exception cref="BinaryFormatException">There are fewer.</exception>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(ReadBytes(sizeof(ulong)));

    /// <summary>Reads an unsigned varint of at most 32 bits.</summary>
    /// <exception cref="BinaryFormatException">It is cut or malformed.</exception>
    public uint ReadUnsignedVarint32() => TryReadUnsignedVarint32(out uint value) ? value : throw Malformed("varint");

    /// <summary>Reads an unsigned varint of at most 64 bits.</summary>
    /// <exception cref="BinaryFormatException">It is cut or malformed.</exception>
    public ulong ReadUnsignedVarint64() => TryReadUnsignedVarint64(out ulong value) ? value : throw Malformed("varint");

    /// <summary>Reads a zigzag varint of at most 32 bits.</summary>
    /// <exception cref="BinaryFormatException">It is cut or malformed.</exception>
    public int ReadVarint32() => TryReadVarint32(out int value) ? value : throw Malformed("varint");

    /// <summary>Reads a zigzag varint of at most 64 bits.</summary>
    /// <exception cref="BinaryFormatException">It is cut or malformed.</exception>
    public long ReadVarint64() => TryReadVarint64(out long value) ? value : throw Malformed("varint");

    /// <summary>Reads UTF-8 text of a known size in bytes.</summary>
    /// <exception cref="BinaryFormatException">There are fewer bytes, or they are not UTF-8.</exception>
    public string ReadUtf8(int sizeBytes)
    {
        ReadOnlySpan<byte> bytes = ReadBytes(sizeBytes);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException cause)
        {
            _position -= sizeBytes;
            throw Malformed("UTF-8 text", cause);
        }
    }

    [DoesNotReturn]
    private readonly ReadOnlySpan<byte> Truncated(int count) => throw new BinaryFormatException(
        CoreErrors.InputTruncated,
        string.Create(CultureInfo.InvariantCulture, $"At byte {_position} of {_bytes.Length} the format needs {count} bytes, {Remaining} are there."));

    private readonly BinaryFormatException Malformed(string what, Exception? cause = null) => new(
        CoreErrors.InputMalformed,
        string.Create(CultureInfo.InvariantCulture, $"At byte {_position} of {_bytes.Length} stands no valid {what}."),
        cause: cause);
}
