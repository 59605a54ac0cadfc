using System.Globalization;

namespace Duramen.Kafka.Generator.Schemas;

/// <summary>
/// Reads the schema file of one API. Its notation is described in docs/protocol.md.
/// </summary>
internal sealed class ApiFileReader(string fileName, string[] lines, IReadOnlyDictionary<string, string> meanings)
{
    private const int IndentWidth = 2;

    private readonly List<(Structure Structure, VersionRange Versions, bool IsTagged)> _open = [];
    private Api? _api;
    private Message? _message;
    private int _line;

    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">A line is wrong; the message names it.</exception>
    public Api Read()
    {
        var comment = new List<string>();
        for (_line = 1; _line <= lines.Length; _line++)
        {
            string line = lines[_line - 1];
            if (line.StartsWith('#') && _api is null)
            {
                comment.Add(line[1..].Trim());
            }
            else if (line.TrimStart().StartsWith('#') || line.Trim().Length == 0)
            {
                continue;
            }
            else if (line[0] == ' ')
            {
                ReadField(line);
            }
            else
            {
                ReadHead(line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), string.Join(' ', comment));
            }
        }

        Api api = _api ?? throw Wrong("there is no line 'api NAME NUMBER'");
        foreach (Structure empty in api.Request.Structures.Concat(api.Response.Structures).Where(structure => structure.Fields.Count == 0))
        {
            throw Wrong($"the structure {empty.Name} has no fields");
        }

        Settle(api.Request);
        Settle(api.Response);

        return api;
    }

    private void ReadHead(string[] words, string comment)
    {
        switch (words)
        {
            case ["api", string name, string key] when int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int number):
                Check(comment.Length > 0, "a comment before it says what the API is for");
                Check(fileName == name + ".txt", "the file is named for the API");
                _api = new(name, number, comment);
                break;
            case ["versions", string text] when _api is not null && VersionRange.TryParse(text, out VersionRange range):
                _api.Versions = range;
                _api.Advertised = range;
                break;
            case ["advertised", string text] when _api is not null && VersionRange.TryParse(text, out VersionRange range):
                _api.Advertised = range;
                break;
            case ["flexible", "none"] when _api is not null:
                break;
            case ["flexible", string text] when _api is not null && VersionRange.TryParse(text, out VersionRange range):
                _api.Flexible = range;
                break;
            case ["request" or "response"] when _api is not null:
                Check(!_api.Versions.IsEmpty, "the versions stand before it");
                _message = words[0] == "request" ? _api.Request : _api.Response;
                _message.Root.Versions = _api.Versions;
                _open.Clear();
                _open.Add((_message.Root, _api.Versions, IsTagged: false));
                break;
            default:
                throw Wrong("it begins no part of a schema");
        }
    }

    private void ReadField(string line)
    {
        Check(_message is not null, "fields stand under 'request' or 'response'");
        int hash = line.IndexOf('#', StringComparison.Ordinal);
        string text = hash < 0 ? "" : line[(hash + 1)..].Trim();
        string declaration = hash < 0 ? line : line[..hash];
        int indent = declaration.Length - declaration.TrimStart().Length;
        int level = indent / IndentWidth;
        Check(indent % IndentWidth == 0 && level >= 1 && level <= _open.Count, "its indentation fits what is above it");
        _open.RemoveRange(level, _open.Count - level);

        var words = new Queue<string>(declaration.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Check(words.Count >= 2, "a field has a name and a type");
        string name = words.Dequeue();
        (Structure owner, VersionRange ownerVersions, bool isInTag) = _open[^1];
        FieldType type = ReadType(words.Dequeue());
        VersionRange stated = VersionRange.All;
        if (words.TryPeek(out string? next) && VersionRange.TryParse(next, out VersionRange parsedRange))
        {
            words.Dequeue();
            stated = parsedRange;
        }

        VersionRange versions = stated.And(ownerVersions);
        Check(!versions.IsEmpty, "some version has it");

        string? defaultValue = null;
        int? tag = null;
        bool isIgnorable = false;
        while (words.TryDequeue(out string? word))
        {
            switch (word)
            {
                case "=" when words.TryDequeue(out defaultValue):
                    break;
                case "tag" when words.TryDequeue(out string? number) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed):
                    tag = parsed;
                    break;
                case "ignorable":
                    isIgnorable = true;
                    break;
                default:
                    throw Wrong($"'{word}' says nothing about a field");
            }
        }

        if (text.Length == 0)
        {
            Check(meanings.TryGetValue(name, out string? common), $"its meaning stands behind # or in {Schema.FieldsFile}");
            text = common!;
        }

        Structure? structure = type.StructureName is null ? null : Open(type, owner, name, tag is not null);
        Check(structure is null || type.IsArray || tag is not null, "a structure that is no element is a tagged field");
        Check(tag is null || versions.Min >= _api!.Flexible.Min, "only flexible versions have tagged fields");
        Check(tag is null || !owner.Fields.Exists(other => other.Tag == tag), "its tag is its own");
        Check(type.Kind != FieldKind.Records || !(isInTag || tag is not null), "records stand outside tagged fields, whose size is counted in the buffer");
        Check(!owner.Fields.Exists(other => other.Name == name), "its name is its own");
        owner.Fields.Add(new(name, type.Kind, type.IsArray, structure, stated, type.Nullable, defaultValue, tag, isIgnorable, text));
        if (structure is not null)
        {
            _open.Add((structure, versions, isInTag || tag is not null));
        }
    }

    // A structure that was defined above is used again by naming it without fields of its own.
    private Structure Open(FieldType type, Structure owner, string name, bool isTagged)
    {
        Structure? structure = _message!.Structures.Find(known => known.Name == type.StructureName);
        if (structure is null)
        {
            string prefix = owner.Path.Length == 0 ? "" : owner.Path + ".";
            structure = new(type.StructureName!, prefix + name + (type.IsArray ? "[]" : ""));
            _message.Structures.Add(structure);
        }
        else
        {
            Check(!isTagged, "a tagged structure stands in one place");
            structure.Path = structure.Name;
            foreach (Structure inner in structure.Fields.Select(field => field.Structure).OfType<Structure>())
            {
                inner.Path = inner.Name;
            }
        }

        return structure;
    }

    // A structure is in every version that has one of its places, and a field in those of its own that have its structure. Both are known only
    // once the whole message is: a structure may stand in a second place, for other versions.
    private static void Settle(Message message)
    {
        List<Structure> structures = [message.Root, .. message.Structures];
        for (bool isSettled = false; !isSettled;)
        {
            isSettled = true;
            foreach ((Structure owner, Field field) in structures.SelectMany(owner => owner.Fields.Select(field => (owner, field))))
            {
                if (field.Structure is { } inner && inner.Versions.Or(field.Versions.And(owner.Versions)) is var versions && versions != inner.Versions)
                {
                    inner.Versions = versions;
                    isSettled = false;
                }
            }
        }

        foreach (Structure structure in structures)
        {
            for (int i = 0; i < structure.Fields.Count; i++)
            {
                Field field = structure.Fields[i];
                VersionRange versions = field.Versions.And(structure.Versions);
                structure.Fields[i] = field with { Versions = versions, NullableVersions = field.NullableVersions.And(versions) };
            }
        }
    }

    private FieldType ReadType(string text)
    {
        int mark = text.IndexOf('?', StringComparison.Ordinal);
        string plain = mark < 0 ? text : text[..mark];
        VersionRange nullable = VersionRange.None;
        if (mark >= 0)
        {
            string range = text[(mark + 1)..];
            Check(VersionRange.TryParse(range.Length == 0 ? "0+" : range, out nullable), "versions stand behind the question mark");
        }

        bool isArray = plain.StartsWith('[') && plain.EndsWith(']');
        string element = isArray ? plain[1..^1] : plain;
        Check(element.Length > 0, "it has a type");
        if (char.IsAsciiLetterUpper(element[0]))
        {
            Check(mark < 0 || isArray, "a structure is not null; a tagged one is absent");
            return new(FieldKind.Structure, isArray, element, nullable);
        }

        Check(Enum.TryParse(element, ignoreCase: true, out FieldKind kind) && kind != FieldKind.Structure, $"'{element}' is a type");
        Check(mark < 0 || isArray || kind is FieldKind.String or FieldKind.Records, "it may be null");
        Check(!isArray || kind is FieldKind.Int32 or FieldKind.String, "it may be an element");
        return new(kind, isArray, null, nullable);
    }

    private void Check(bool holds, string rule)
    {
        if (!holds)
        {
            throw Wrong($"it must be that {rule}");
        }
    }

    private FormatException Wrong(string why) => new($"{fileName}:{_line}: {why}: {lines[Math.Min(_line, lines.Length) - 1].Trim()}");

    private readonly record struct FieldType(FieldKind Kind, bool IsArray, string? StructureName, VersionRange Nullable);
}
