using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;

namespace Duramen.Kafka.Wire;

/// <summary>
/// Writes frames into a buffer from the shared pool. Records from <see cref="WireLimits.MinReferencedSizeBytes"/> on are not copied into it:
/// the frame is then several segments, some of which are the caller's own memory, which must stay as it is until the frame is sent.
/// <para>
/// It has one owner, who may use it again and again (<see cref="Clear"/>) and disposes it once; segments it handed out are good until it is
/// next written to, cleared or disposed. Not safe for several threads.
/// </para>
/// </summary>
public sealed class KafkaWriter : IDisposable
{
    private readonly PooledBuffer _buffer = new();
    private readonly List<Reference> _references = [];
    private long _referencedBytes;
    private string _message = "frame";
    private short _version;

    /// <summary>The number of bytes written, those of referenced records included.</summary>
    public long Length => _buffer.Length + _referencedBytes;

    /// <summary>The number of segments: the runs of memory that make up what was written.</summary>
    public int SegmentCount
    {
        get
        {
            int count = _references.Count;
            int position = 0;
            foreach (Reference reference in _references)
            {
                count += reference.Position > position ? 1 : 0;
                position = reference.Position;
            }

            return count + (_buffer.Length > position ? 1 : 0);
        }
    }

    /// <summary>Whether lengths are compact and structures end in tagged fields.</summary>
    public bool IsFlexible { get; private set; }

    /// <summary>Begins a frame by leaving room for its size.</summary>
    /// <returns>What <see cref="EndFrame"/> or <see cref="TakeBack"/> must be given.</returns>
    public FrameStart BeginFrame()
    {
        var start = new FrameStart(_buffer.Length, _references.Count, _referencedBytes);
        WriteInt32(0);
        return start;
    }

    /// <summary>Ends a frame by writing its size where it began.</summary>
    /// <exception cref="KafkaWireException">It is larger than a size can say.</exception>
    public void EndFrame(FrameStart start)
    {
        long size = Length - start.Position - start.ReferencedBytes - sizeof(int);
        if (size > int.MaxValue)
        {
            throw TooLarge("", string.Create(CultureInfo.InvariantCulture, $"a frame of {size} bytes"));
        }

        BinaryPrimitives.WriteInt32BigEndian(_buffer.WrittenSpan[start.Position..], (int)size);
    }

    /// <summary>Forgets a frame that was begun and cannot be ended; frames before it stay.</summary>
    public void TakeBack(FrameStart start)
    {
        _buffer.Truncate(start.Position);
        _references.RemoveRange(start.ReferenceCount, _references.Count - start.ReferenceCount);
        _referencedBytes = start.ReferencedBytes;
    }

    /// <summary>Begins a message, and says how its version writes lengths.</summary>
    /// <exception cref="KafkaWireException">The version does not exist.</exception>
    public void Begin(string message, short version, short min, short max, short flexible)
    {
        _message = message;
        _version = version;
        if (version < min || version > max)
        {
            throw Wrong(WireErrors.UnsupportedVersion, "", string.Create(CultureInfo.InvariantCulture, $"there is no version {version}, only {min} to {max}"));
        }

        IsFlexible = version >= flexible;
    }

    /// <summary>Leaves out a field that the version does not have.</summary>
    /// <exception cref="KafkaWireException">The field says something that must not be lost.</exception>
    public void Omit(string field, bool isSet)
    {
        if (isSet)
        {
            ThrowNotInVersion(field);
        }
    }

    /// <summary>Writes one byte, 0 or 1.</summary>
    public void WriteBoolean(bool value) => Take(sizeof(byte))[0] = value ? (byte)1 : (byte)0;

    /// <summary>Writes 1 byte.</summary>
    public void WriteInt8(sbyte value) => Take(sizeof(sbyte))[0] = (byte)value;

    /// <summary>Writes 2 bytes.</summary>
    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);

    /// <summary>Writes 4 bytes.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    /// <summary>Writes 8 bytes.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);

    /// <summary>Writes the number of an error.</summary>
    public void WriteError(KafkaError value) => WriteInt16((short)value);

    /// <summary>Writes 16 bytes.</summary>
    public void WriteUuid(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

    /// <summary>Writes text that is not null.</summary>
    public void WriteString(string? value, string field)
    {
        RefuseNull(value is null, field);
        WriteNullableString(value, field);
    }

    /// <summary>Writes text, or null.</summary>
    public void WriteNullableString(string? value, string field)
    {
        if (IsFlexible)
        {
            int length = value is null ? -1 : SizeOf(value, field);
            WriteCompactLength(length);
            WriteText(value, length);
        }
        else
        {
            WriteLegacyString(value, field);
        }
    }

    /// <summary>Writes text behind two bytes of length, whatever the version: so do the headers.</summary>
    internal void WriteLegacyString(string? value, string field)
    {
        int length = value is null ? -1 : SizeOf(value, field);
        WriteInt16((short)length);
        WriteText(value, length);
    }

    /// <summary>Writes a copy of bytes behind their length.</summary>
    public void WriteBytes(ReadOnlyMemory<byte> value, string field)
    {
        WriteLength(value.Length, field);
        _buffer.Write(value.Span);
    }

    /// <summary>Writes record batches, or null; large ones by reference.</summary>
    public void WriteNullableRecords(RecordBytes value, string field)
    {
        WriteLength(value.IsNull ? -1 : value.Length, field);
        for (int i = 0; i < value.PieceCount; i++)
        {
            ReadOnlyMemory<byte> piece = value.Piece(i);
            if (piece.Length >= WireLimits.MinReferencedSizeBytes)
            {
                _references.Add(new(_buffer.Length, piece));
                _referencedBytes += piece.Length;
            }
            else
            {
                _buffer.Write(piece.Span);
            }
        }
    }

    /// <summary>Writes the number of elements of an array that is not null.</summary>
    public void WriteCount<T>(List<T>? list, string field)
    {
        RefuseNull(list is null, field);
        WriteNullableCount(list, field);
    }

    /// <summary>Writes the number of elements of an array, or that it is null.</summary>
    public void WriteNullableCount<T>(List<T>? list, string field) => WriteLength(list?.Count ?? -1, field);

    /// <summary>Writes an array of numbers.</summary>
    public void WriteInt32s(List<int> list, string field)
    {
        RefuseNull(list is null, field);
        WriteNullableInt32s(list, field);
    }

    /// <summary>Writes an array of numbers, or null.</summary>
    public void WriteNullableInt32s(List<int>? list, string field)
    {
        WriteNullableCount(list, field);
        for (int i = 0; i < (list?.Count ?? 0); i++)
        {
            WriteInt32(list![i]);
        }
    }

    /// <summary>Writes an array of texts.</summary>
    public void WriteStrings(List<string>? list, string field)
    {
        RefuseNull(list is null, field);
        WriteNullableStrings(list, field);
    }

    /// <summary>Writes an array of texts, or null.</summary>
    public void WriteNullableStrings(List<string>? list, string field)
    {
        WriteNullableCount(list, field);
        for (int i = 0; i < (list?.Count ?? 0); i++)
        {
            WriteString(list![i], field);
        }
    }

    /// <summary>Writes how many tagged fields follow; nothing in a version that has no such fields.</summary>
    public void WriteTagCount(int count)
    {
        if (IsFlexible)
        {
            WriteUnsignedVarint((uint)count);
        }
    }

    /// <summary>Writes that no tagged fields follow; nothing in a version that has no such fields.</summary>
    public void WriteNoTags() => WriteTagCount(0);

    /// <summary>Begins a tagged field.</summary>
    /// <returns>What <see cref="EndTag"/> must be given.</returns>
    public int BeginTag(int tag)
    {
        WriteUnsignedVarint((uint)tag);
        return _buffer.Length;
    }

    /// <summary>Ends a tagged field: puts its size in front of it, now that it is known.</summary>
    public void EndTag(int start)
    {
        int size = _buffer.Length - start;
        int prefixSize = Varint.SizeOfUnsigned((uint)size);
        Take(prefixSize);
        Span<byte> field = _buffer.WrittenSpan[start..];
        field[..size].CopyTo(field[prefixSize..]);
        Varint.WriteUnsigned(field, (uint)size);
    }

    /// <summary>Adds everything written to a list, as memory to be sent in this order.</summary>
    public void AddSegmentsTo(IList<ReadOnlyMemory<byte>> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        int position = 0;
        foreach (Reference reference in _references)
        {
            if (reference.Position > position)
            {
                segments.Add(_buffer.WrittenMemory[position..reference.Position]);
                position = reference.Position;
            }

            segments.Add(reference.Bytes);
        }

        if (_buffer.Length > position)
        {
            segments.Add(_buffer.WrittenMemory[position..]);
        }
    }

    /// <summary>Copies everything written to another writer.</summary>
    public void CopyTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        int position = 0;
        foreach (Reference reference in _references)
        {
            output.Write(_buffer.WrittenSpan[position..reference.Position]);
            output.Write(reference.Bytes.Span);
            position = reference.Position;
        }

        output.Write(_buffer.WrittenSpan[position..]);
    }

    /// <summary>A copy of everything written.</summary>
    public byte[] ToArray()
    {
        var copy = new ArrayBufferWriter<byte>((int)Math.Max(Length, 1));
        CopyTo(copy);
        return copy.WrittenSpan.ToArray();
    }

    /// <summary>Forgets everything written and the memory it referred to, and keeps the buffer.</summary>
    public void Clear()
    {
        _buffer.Clear();
        _references.Clear();
        _referencedBytes = 0;
    }

    /// <summary>Forgets everything, and gives the buffer back to the pool; the writer can be used again.</summary>
    public void Dispose()
    {
        Clear();
        _buffer.Release();
    }

    private Span<byte> Take(int sizeBytes)
    {
        Span<byte> taken = _buffer.GetSpan(sizeBytes)[..sizeBytes];
        _buffer.Advance(sizeBytes);
        return taken;
    }

    private int SizeOf(string value, string field)
    {
        int size = Encoding.UTF8.GetByteCount(value);
        return size <= WireLimits.MaxStringSizeBytes ? size : throw TooLarge(field, string.Create(CultureInfo.InvariantCulture, $"text of {size} bytes"));
    }

    private void WriteText(string? value, int sizeBytes)
    {
        if (sizeBytes > 0)
        {
            Encoding.UTF8.GetBytes(value, Take(sizeBytes));
        }
    }

    // A length, or -1 for null.
    private void WriteLength(int length, string field)
    {
        if (!IsFlexible)
        {
            WriteInt32(length);
        }
        else if (length < int.MaxValue)
        {
            WriteCompactLength(length);
        }
        else
        {
            throw TooLarge(field, string.Create(CultureInfo.InvariantCulture, $"a length of {length}"));
        }
    }

    private void WriteCompactLength(int length) => WriteUnsignedVarint((uint)(length + 1));

    private void WriteUnsignedVarint(uint value) => Varint.WriteUnsigned(Take(Varint.SizeOfUnsigned(value)), value);

    private void RefuseNull(bool isNull, string field)
    {
        if (isNull)
        {
            ThrowNull(field);
        }
    }

    [DoesNotReturn]
    private void ThrowNull(string field) =>
        throw Wrong(WireErrors.UnsupportedVersion, field, string.Create(CultureInfo.InvariantCulture, $"version {_version} does not allow null"));

    [DoesNotReturn]
    private void ThrowNotInVersion(string field) =>
        throw Wrong(WireErrors.UnsupportedVersion, field, string.Create(CultureInfo.InvariantCulture, $"version {_version} cannot say it"));

    private KafkaWireException TooLarge(string field, string what) => Wrong(WireErrors.TooLarge, field, $"{what} is more than the protocol can say");

    private KafkaWireException Wrong(ErrorCode code, string field, string what) => new(code, _message, field, _buffer.Length, what);

    private readonly record struct Reference(int Position, ReadOnlyMemory<byte> Bytes);
}
