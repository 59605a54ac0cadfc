using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;

namespace Duramen.Kafka.Wire;

/// <summary>
/// Reads the fields of one frame in order, and never outside it. Bytes and records are slices of the frame. Whatever a frame says, memory is
/// taken only for what it is long enough to hold, within <see cref="WireLimits"/>; a frame that is wrong raises a
/// <see cref="KafkaWireException"/>, which says where.
/// <para>Text that is not UTF-8 is read with replacement characters, as Kafka reads it: clients put bytes into commit metadata.</para>
/// </summary>
public ref struct KafkaReader
{
    private const string TagsField = "tagged fields";

    private readonly ReadOnlyMemory<byte> _frame;
    private readonly ReadOnlySpan<byte> _bytes;
    private string _message = "frame";
    private int _position;
    private int _elementsLeft = WireLimits.MaxElements;

    /// <summary>Starts at the first byte of a frame, its size left out.</summary>
    public KafkaReader(ReadOnlyMemory<byte> frame)
    {
        _frame = frame;
        _bytes = frame.Span;
    }

    /// <summary>
    /// Whether bytes behind a message are left alone instead of being malformed. A server does so, as Kafka does: librdkafka asks for all topics with three bytes
    /// too many from version 9 of Metadata on.
    /// </summary>
    public bool IgnoresRest { get; init; }

    /// <summary>The number of bytes read.</summary>
    public readonly int Position => _position;

    /// <summary>The number of bytes not yet read.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>Whether lengths are compact and structures end in tagged fields.</summary>
    public bool IsFlexible { get; private set; }

    /// <summary>Begins a message, and says how its version writes lengths.</summary>
    /// <exception cref="KafkaWireException">The version does not exist.</exception>
    public void Begin(string message, short version, short min, short max, short flexible)
    {
        _message = message;
        if (version < min || version > max)
        {
            throw Wrong(WireErrors.UnsupportedVersion, "", string.Create(CultureInfo.InvariantCulture, $"there is no version {version}, only {min} to {max}"));
        }

        IsFlexible = version >= flexible;
    }

    /// <summary>Ends a message: nothing may follow, but for what <see cref="IgnoresRest"/> lets pass.</summary>
    public readonly void End()
    {
        if (Remaining > 0 && !IgnoresRest)
        {
            throw Malformed("", string.Create(CultureInfo.InvariantCulture, $"{Remaining} bytes follow the message"));
        }
    }

    /// <summary>Reads one byte that is 0 or not.</summary>
    public bool ReadBoolean(string field) => Take(sizeof(byte), field)[0] != 0;

    /// <summary>Reads 1 byte.</summary>
    public sbyte ReadInt8(string field) => (sbyte)Take(sizeof(sbyte), field)[0];

    /// <summary>Reads 2 bytes.</summary>
    public short ReadInt16(string field) => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short), field));

    /// <summary>Reads 4 bytes.</summary>
    public int ReadInt32(string field) => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int), field));

    /// <summary>Reads 8 bytes.</summary>
    public long ReadInt64(string field) => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long), field));

    /// <summary>Reads the number of an error.</summary>
    public KafkaError ReadError(string field) => (KafkaError)ReadInt16(field);

    /// <summary>Reads 16 bytes.</summary>
    public Guid ReadUuid(string field) => new(Take(16, field), bigEndian: true);

    /// <summary>Reads text that is not null.</summary>
    public string ReadString(string field) => ReadNullableString(field) ?? throw Malformed(field, "it is null");

    /// <summary>Reads text, or null.</summary>
    public string? ReadNullableString(string field) => IsFlexible ? ReadText(ReadCompactLength(field), field) : ReadLegacyString(field);

    /// <summary>Reads text behind two bytes of length, whatever the version: so do the headers.</summary>
    internal string? ReadLegacyString(string field) => ReadText(ReadInt16(field), field);

    /// <summary>Reads bytes that are not null, as a slice of the frame.</summary>
    public ReadOnlyMemory<byte> ReadBytes(string field)
    {
        int length = ReadLength(field);
        return length >= 0 ? Slice(length, field) : throw Malformed(field, "it is null");
    }

    /// <summary>Reads record batches, or null, as a slice of the frame.</summary>
    public RecordBytes ReadNullableRecords(string field)
    {
        int length = ReadLength(field);
        return length >= 0 ? Slice(length, field) : RecordBytes.Null;
    }

    /// <summary>Reads the number of elements of an array that is not null.</summary>
    /// <param name="field">The array.</param>
    /// <param name="minElementSizeBytes">The fewest bytes that an element takes: the frame must have room for as many as it says.</param>
    public int ReadCount(string field, int minElementSizeBytes)
    {
        int count = ReadNullableCount(field, minElementSizeBytes);
        return count >= 0 ? count : throw Malformed(field, "it is null");
    }

    /// <summary>Reads the number of elements of an array, or -1 when it is null.</summary>
    /// <param name="field">The array.</param>
    /// <param name="minElementSizeBytes">The fewest bytes that an element takes: the frame must have room for as many as it says.</param>
    public int ReadNullableCount(string field, int minElementSizeBytes)
    {
        int start = _position;
        int count = ReadLength(field);
        if (count > Remaining / minElementSizeBytes)
        {
            int remaining = Remaining;
            _position = start;
            throw Wrong(
                WireErrors.Truncated,
                field,
                string.Create(CultureInfo.InvariantCulture, $"{count} elements of at least {minElementSizeBytes} bytes do not fit the remaining {remaining}"));
        }

        _elementsLeft -= Math.Max(count, 0);
        return _elementsLeft >= 0
            ? count
            : throw Malformed(field, string.Create(CultureInfo.InvariantCulture, $"the frame has more than {WireLimits.MaxElements} elements"));
    }

    /// <summary>Reads an array of numbers into a list.</summary>
    public void ReadInt32s(List<int> list, string field) => ReadNumbers(list, ReadCount(field, sizeof(int)), field);

    /// <summary>Reads an array of numbers, or null.</summary>
    public List<int>? ReadNullableInt32s(string field)
    {
        int count = ReadNullableCount(field, sizeof(int));
        if (count < 0)
        {
            return null;
        }

        var list = new List<int>();
        ReadNumbers(list, count, field);
        return list;
    }

    /// <summary>Reads an array of texts into a list.</summary>
    public void ReadStrings(List<string> list, string field) => ReadTexts(list, ReadCount(field, MinStringSizeBytes), field);

    /// <summary>Reads an array of texts, or null.</summary>
    public List<string>? ReadNullableStrings(string field)
    {
        int count = ReadNullableCount(field, MinStringSizeBytes);
        if (count < 0)
        {
            return null;
        }

        var list = new List<string>();
        ReadTexts(list, count, field);
        return list;
    }

    /// <summary>Reads how many tagged fields follow; none in a version that has no such fields.</summary>
    public TaggedFields ReadTags()
    {
        if (!IsFlexible)
        {
            return new() { Tag = -1 };
        }

        uint count = ReadUnsignedVarint(TagsField);
        return count <= WireLimits.MaxTaggedFields
            ? new() { Tag = -1, Left = (int)count, EndPosition = _position }
            : throw Malformed(TagsField, string.Create(CultureInfo.InvariantCulture, $"there are {count}, more than {WireLimits.MaxTaggedFields}"));
    }

    /// <summary>Goes to the next tagged field, once the one before was read to its end; says false when there is none.</summary>
    public bool TryReadTag(ref TaggedFields tags)
    {
        if (tags.Tag >= 0 && _position != tags.EndPosition)
        {
            throw Malformed(TagsField, string.Create(CultureInfo.InvariantCulture, $"the field with tag {tags.Tag} should end at byte {tags.EndPosition}"));
        }

        if (tags.Left == 0)
        {
            return false;
        }

        uint tag = ReadUnsignedVarint(TagsField);
        if (tag > int.MaxValue || (int)tag <= tags.Tag)
        {
            throw Malformed(TagsField, string.Create(CultureInfo.InvariantCulture, $"tag {tag} follows tag {tags.Tag}"));
        }

        uint size = ReadUnsignedVarint(TagsField);
        if (size > (uint)Remaining)
        {
            throw TooShort(TagsField, size);
        }

        tags.Left--;
        tags.Tag = (int)tag;
        tags.EndPosition = _position + (int)size;
        return true;
    }

    /// <summary>Leaves out the content of a tagged field.</summary>
    public void SkipTag(in TaggedFields tags) => _position = tags.EndPosition;

    /// <summary>Leaves out all tagged fields of a structure that knows none.</summary>
    public void SkipTags()
    {
        TaggedFields tags = ReadTags();
        while (TryReadTag(ref tags))
        {
            SkipTag(tags);
        }
    }

    private readonly int MinStringSizeBytes => IsFlexible ? 1 : sizeof(short);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int sizeBytes, string field)
    {
        if ((uint)sizeBytes > (uint)Remaining)
        {
            ThrowTooShort(field, sizeBytes);
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_position, sizeBytes);
        _position += sizeBytes;
        return taken;
    }

    private ReadOnlyMemory<byte> Slice(int length, string field)
    {
        int start = _position;
        Take(length, field);
        return _frame.Slice(start, length);
    }

    private string? ReadText(int length, string field)
    {
        if (length > WireLimits.MaxStringSizeBytes)
        {
            throw Malformed(field, string.Create(CultureInfo.InvariantCulture, $"text of {length} bytes is longer than {WireLimits.MaxStringSizeBytes}"));
        }

        if (length < -1)
        {
            throw NegativeLength(field, length);
        }

        if (length < 0)
        {
            return null;
        }

        // A byte that is not UTF-8 becomes a character of three bytes; text that is too long then could not be written again.
        string text = Encoding.UTF8.GetString(Take(length, field));
        return length <= WireLimits.MaxStringSizeBytes / 3 || Encoding.UTF8.GetByteCount(text) <= WireLimits.MaxStringSizeBytes
            ? text
            : throw Malformed(field, string.Create(CultureInfo.InvariantCulture, $"text of {length} bytes is not UTF-8, and too long with replacement characters"));
    }

    private void ReadNumbers(List<int> list, int count, string field)
    {
        list.EnsureCapacity(count);
        for (int i = 0; i < count; i++)
        {
            list.Add(ReadInt32(field));
        }
    }

    private void ReadTexts(List<string> list, int count, string field)
    {
        list.EnsureCapacity(count);
        for (int i = 0; i < count; i++)
        {
            list.Add(ReadString(field));
        }
    }

    // A length, or -1 for null.
    private int ReadLength(string field)
    {
        int length = IsFlexible ? ReadCompactLength(field) : ReadInt32(field);
        return length >= -1 ? length : throw NegativeLength(field, length);
    }

    // Compact lengths are one more than what they say, so that 0 is null.
    private int ReadCompactLength(string field)
    {
        uint value = ReadUnsignedVarint(field);
        return value <= int.MaxValue ? (int)value - 1 : throw Malformed(field, string.Create(CultureInfo.InvariantCulture, $"length {value} is too large"));
    }

    // Padded encodings are read, unlike in records: Kafka reads them, and a client may leave room for a length before it knows it.
    private uint ReadUnsignedVarint(string field)
    {
        uint value = 0;
        for (int i = 0; i < Varint.MaxSizeBytes32; i++)
        {
            byte group = Take(sizeof(byte), field)[0];
            value |= (uint)(group & 0x7F) << (7 * i);
            if (group < 0x80)
            {
                bool isTooWide = i == Varint.MaxSizeBytes32 - 1 && group > 0x0F;
                return isTooWide ? throw Malformed(field, "the varint has more than 32 bits") : value;
            }
        }

        throw Malformed(field, string.Create(CultureInfo.InvariantCulture, $"the varint is longer than {Varint.MaxSizeBytes32} bytes"));
    }

    private readonly KafkaWireException NegativeLength(string field, int length) =>
        Malformed(field, string.Create(CultureInfo.InvariantCulture, $"length {length} is negative"));

    [DoesNotReturn]
    private readonly void ThrowTooShort(string field, int sizeBytes) => throw TooShort(field, sizeBytes);

    private readonly KafkaWireException TooShort(string field, long sizeBytes) =>
        Wrong(WireErrors.Truncated, field, string.Create(CultureInfo.InvariantCulture, $"{sizeBytes} bytes are needed, {Remaining} are there"));

    private readonly KafkaWireException Malformed(string field, string what) => Wrong(WireErrors.Malformed, field, what);

    private readonly KafkaWireException Wrong(ErrorCode code, string field, string what) => new(code, _message, field, _position, what);
}
