using System.Buffers.Binary;
using System.Text;
using Duramen.Core.Random;
using Duramen.Kafka.Generator.Schemas;

namespace Duramen.Kafka.Tests.Frames;

/// <summary>Makes random messages from the schema, byte by byte, knowing nothing of reader and writer.</summary>
internal sealed class FrameMaker(Prng random, MessageVersion target)
{
    private const int MaxElements = 3;
    private static readonly string[] Texts = ["", "a", "topic-1", "größe", "日本", new('x', 127), new('y', 200)];
    private static readonly long[] Numbers = [0, 1, -1, 2, 127, 128, short.MaxValue, int.MinValue, int.MaxValue, long.MinValue, long.MaxValue];

    private readonly List<byte> _bytes = [];
    private readonly List<string> _lines = [];
    private readonly List<int> _lengths = [];

    /// <summary>Whether tagged fields that nobody knows stand among the others.</summary>
    public bool HasUnknownTags { get; init; }

    /// <summary>Makes one message.</summary>
    public MadeFrame Make()
    {
        AddStructure(target.Message.Root);
        return new([.. _bytes], _lines, _lengths);
    }

    private void AddStructure(Structure structure)
    {
        foreach (Field field in structure.Untagged.Where(field => field.Versions.Has(target.Version)))
        {
            AddField(field);
        }

        if (target.IsFlexible)
        {
            AddTags(structure);
        }
    }

    private void AddTags(Structure structure)
    {
        var tags = structure.Tagged.Where(field => field.Versions.Has(target.Version) && random.NextBool())
            .Select(field => (Number: field.Tag!.Value, Content: TaggedContent(field))).Where(tag => tag.Content is not null).ToList();
        if (HasUnknownTags && random.NextBool())
        {
            byte[] content = new byte[random.NextInt32(200)];
            random.NextBytes(content);
            tags.Add((20 + random.NextInt32(1000), content));
        }

        _lengths.Add(_bytes.Count);
        AddVarint((uint)tags.Count);
        foreach ((int number, byte[]? content) in tags)
        {
            _lengths.Add(_bytes.Count);
            AddVarint((uint)number);
            _lengths.Add(_bytes.Count);
            AddVarint((uint)content!.Length);
            _bytes.AddRange(content);
        }
    }

    // Null when the field came out as its default, which is not written.
    private byte[]? TaggedContent(Field field)
    {
        int start = _bytes.Count;
        int lines = _lines.Count;
        int lengths = _lengths.Count;
        AddField(field);
        byte[] content = [.. _bytes.Skip(start)];
        _bytes.RemoveRange(start, _bytes.Count - start);
        _lengths.RemoveRange(lengths, _lengths.Count - lengths);
        if ((field.Structure is null || field.IsArray) && _lines[lines] == DefaultLine(field))
        {
            _lines.RemoveRange(lines, _lines.Count - lines);
            return null;
        }

        return content;
    }

    private static string DefaultLine(Field field) => field switch
    {
        { IsArray: true } => MessageText.CountLine(field, 0),
        { Kind: FieldKind.String } => MessageText.Line(field, field.IsNullable ? null : ""),
        { Kind: FieldKind.Error } => MessageText.Line(field, KafkaError.None),
        { Kind: FieldKind.Bool } => $"{field.Name} = {field.Default ?? "false"}",
        _ => $"{field.Name} = {field.Default ?? "0"}",
    };

    private void AddField(Field field)
    {
        if (!field.IsArray)
        {
            if (field.Structure is null)
            {
                _lines.Add(MessageText.Line(field, AddValue(field)));
            }
            else
            {
                AddStructure(field.Structure);
            }

            return;
        }

        int? count = field.NullableVersions.Has(target.Version) && random.NextBool(0.2) ? null : random.NextInt32(MaxElements + 1);
        AddLength(count ?? -1, isLong: true);
        _lines.Add(MessageText.CountLine(field, count));
        for (int i = 0; i < (count ?? 0); i++)
        {
            if (field.Structure is null)
            {
                Field element = field with { IsArray = false, NullableVersions = VersionRange.None };
                _lines.Add(MessageText.Line(element, AddValue(element)));
            }
            else
            {
                AddStructure(field.Structure);
            }
        }
    }

    private object? AddValue(Field field)
    {
        long number = random.NextBool(0.3) ? (long)random.NextUInt64() : random.Pick<long>(Numbers);
        switch (field.Kind)
        {
            case FieldKind.Bool:
                _bytes.Add((byte)(number & 1));
                return (number & 1) != 0;
            case FieldKind.Int8:
                _bytes.Add((byte)number);
                return (sbyte)number;
            case FieldKind.Int16:
                AddBigEndian(number, 2);
                return (short)number;
            case FieldKind.Error:
                AddBigEndian(number, 2);
                return (KafkaError)(short)number;
            case FieldKind.Int32:
                AddBigEndian(number, 4);
                return (int)number;
            case FieldKind.Int64:
                AddBigEndian(number, 8);
                return number;
            case FieldKind.Uuid:
                byte[] id = new byte[16];
                random.NextBytes(id);
                _bytes.AddRange(id);
                return Guid.ParseExact(Convert.ToHexString(id), "N");
            case FieldKind.String:
                return AddString(field);
            default:
                return AddBytes(field);
        }
    }

    private string? AddString(Field field)
    {
        string? text = IsNull(field) ? null : random.Pick<string>(Texts);
        byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
        AddLength(text is null ? -1 : bytes.Length, isLong: false);
        _bytes.AddRange(bytes);
        return text;
    }

    private byte[]? AddBytes(Field field)
    {
        byte[]? bytes = IsNull(field) ? null : new byte[random.NextBool(0.1) ? 5000 : random.NextInt32(150)];
        random.NextBytes(bytes);
        AddLength(bytes?.Length ?? -1, isLong: true);
        _bytes.AddRange(bytes ?? []);
        return bytes;
    }

    private bool IsNull(Field field) => field.NullableVersions.Has(target.Version) && random.NextBool(0.3);

    private void AddLength(int length, bool isLong)
    {
        _lengths.Add(_bytes.Count);
        if (target.IsFlexible)
        {
            AddVarint((uint)(length + 1));
        }
        else
        {
            AddBigEndian(length, isLong ? 4 : 2);
        }
    }

    private void AddBigEndian(long value, int sizeBytes)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.AddRange(bytes[(sizeof(long) - sizeBytes)..]);
    }

    private void AddVarint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
