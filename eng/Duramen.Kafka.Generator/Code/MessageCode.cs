using Duramen.Kafka.Generator.Schemas;

namespace Duramen.Kafka.Generator.Code;

/// <summary>Writes the class of a message, with a class for each structure in it.</summary>
internal static class MessageCode
{
    /// <summary>The whole file.</summary>
    public static string Of(Message message)
    {
        Api api = message.Api;
        var text = new SourceText(api.Name + ".txt");
        text.Line("using System;");
        text.Line("using System.Collections.Generic;");
        text.Line("using Duramen.Kafka.Wire;");
        text.Line();
        text.Line("namespace Duramen.Kafka.Messages;");
        text.Line();
        string kind = message.IsRequest ? "request" : "response";
        string contract = message.IsRequest ? $"IKafkaRequest<{message.Name}, {api.Name}Response>" : $"IKafkaResponse<{message.Name}>";
        text.Summary($"The {kind} of the API that {Lower(api.Text)}");
        text.Block($"public sealed class {message.Name} : {contract}", () =>
        {
            text.Line("/// <inheritdoc/>");
            text.Line($"public static ApiKey ApiKey => ApiKey.{api.Name};");
            text.Line();
            Properties(text, message.Root);
            ReadMessage(text, message);
            text.Line();
            WriteMessage(text, message);
            foreach (Structure structure in message.Structures)
            {
                text.Line();
                WriteStructure(text, message, structure);
            }
        });
        return text.ToString();
    }

    private static void ReadMessage(SourceText text, Message message)
    {
        text.Line("/// <inheritdoc/>");
        text.Block($"public static {message.Name} Read(ref KafkaReader reader, short version)", () =>
        {
            text.Line($"reader.Begin({Head(message)});");
            text.Line($"var message = new {message.Name}();");
            ReadFields(text, message, message.Root, "message");
            text.Line("reader.End();");
            text.Line("return message;");
        });
    }

    private static void WriteMessage(SourceText text, Message message)
    {
        text.Line("/// <inheritdoc/>");
        text.Block("public void Write(KafkaWriter writer, short version)", () =>
        {
            text.Line($"writer.Begin({Head(message)});");
            WriteFields(text, message, message.Root);
        });
    }

    private static void WriteStructure(SourceText text, Message message, Structure structure)
    {
        Field? place = message.Root.Fields.Concat(message.Structures.SelectMany(other => other.Fields)).First(field => field.Structure == structure);
        text.Line($"/// <summary>{(place.IsArray ? "An element" : "The content")} of <c>{place.Name}</c>.</summary>");
        text.Block($"public sealed class {structure.Name}", () =>
        {
            Properties(text, structure);
            text.Block($"internal static {structure.Name} Read(ref KafkaReader reader, short version)", () =>
            {
                text.Line($"var structure = new {structure.Name}();");
                ReadFields(text, message, structure, "structure");
                text.Line("return structure;");
            });
            text.Line();
            text.Block("internal void Write(KafkaWriter writer, short version)", () => WriteFields(text, message, structure));
        });
    }

    private static void Properties(SourceText text, Structure structure)
    {
        foreach (Field field in structure.Fields)
        {
            text.Summary(field.Text);
            text.Line($"public {FieldCode.Type(field)} {field.Name} {{ get; set; }}{FieldCode.Initializer(field)}");
            text.Line();
        }
    }

    private static void ReadFields(SourceText text, Message message, Structure structure, string target)
    {
        foreach (Field field in structure.Untagged)
        {
            When(text, FieldCode.Condition(field.Versions, structure.Versions), () => ReadField(text, message, structure, field, target));
        }

        if (!structure.Tagged.Any())
        {
            if (HasFlexible(message, structure))
            {
                text.Line("reader.SkipTags();");
            }

            return;
        }

        text.Line("TaggedFields tags = reader.ReadTags();");
        text.Block("while (reader.TryReadTag(ref tags))", () => text.Block("switch (tags.Tag)", () =>
        {
            foreach (Field field in structure.Tagged)
            {
                string? condition = FieldCode.Condition(field.Versions, message.Api.Flexible.And(structure.Versions));
                text.Line($"case {field.Tag}{(condition is null ? "" : $" when {condition}")}:");
                text.Indented(() =>
                {
                    ReadField(text, message, structure, field, target);
                    text.Line("break;");
                });
            }

            text.Line("default:");
            text.Indented(() =>
            {
                text.Line("reader.SkipTag(tags);");
                text.Line("break;");
            });
        }));
    }

    private static void ReadField(SourceText text, Message message, Structure structure, Field field, string target)
    {
        string path = $"\"{Path(structure, field)}\"";
        string method = FieldCode.Method(field);
        string place = $"{target}.{field.Name}";
        if (field is { IsArray: true, Kind: FieldKind.Structure })
        {
            string count = $"{char.ToLowerInvariant(field.Name[0])}{field.Name[1..]}Count";
            string read = Choose(field, structure, nullable => $"reader.Read{(nullable ? "Nullable" : "")}Count({path}, minElementSizeBytes: {message.MinElementSizeBytes(field)})");
            text.Line($"int {count} = {read};");
            text.Line(field.IsNullable
                ? $"{place} = {count} < 0 ? null : new List<{field.Structure!.Name}>({count});"
                : $"{place}.EnsureCapacity({count});");
            text.Block($"for (int i = 0; i < {count}; i++)", () =>
                text.Line($"{place}{(field.IsNullable ? "!" : "")}.Add({field.Structure!.Name}.Read(ref reader, version));"));
        }
        else if (field.IsArray)
        {
            text.Line(field.IsNullable
                ? $"{place} = {Choose(field, structure, nullable => $"reader.Read{(nullable ? "Nullable" : "")}{method}s({path})")};"
                : $"reader.Read{method}s({place}, {path});");
        }
        else if (field.Kind == FieldKind.Structure)
        {
            text.Line($"{place} = {field.Structure!.Name}.Read(ref reader, version);");
        }
        else
        {
            text.Line($"{place} = {Choose(field, structure, nullable => $"reader.Read{(nullable ? "Nullable" : "")}{method}({path})")};");
        }
    }

    private static void WriteFields(SourceText text, Message message, Structure structure)
    {
        foreach (Field field in structure.Untagged)
        {
            string? condition = FieldCode.Condition(field.Versions, structure.Versions);
            When(text, condition, () => WriteField(text, structure, field));
            if (condition is not null && !field.IsIgnorable)
            {
                text.Block("else", () => text.Line($"writer.Omit(\"{Path(structure, field)}\", isSet: {FieldCode.IsSet(field)});"));
            }
        }

        if (!structure.Tagged.Any())
        {
            if (HasFlexible(message, structure))
            {
                text.Line("writer.WriteNoTags();");
            }

            return;
        }

        foreach (Field field in structure.Tagged)
        {
            string? condition = FieldCode.Condition(field.Versions, structure.Versions);
            string isSet = FieldCode.IsSet(field);
            text.Line($"bool has{field.Name} = {(condition is null ? isSet : $"{condition} && {isSet}")};");
            if (condition is not null && !field.IsIgnorable)
            {
                text.Line($"writer.Omit(\"{Path(structure, field)}\", isSet: !has{field.Name} && {isSet});");
            }
        }

        text.Line($"writer.WriteTagCount({string.Join(" + ", structure.Tagged.Select(field => $"(has{field.Name} ? 1 : 0)"))});");
        foreach (Field field in structure.Tagged)
        {
            text.Block($"if (has{field.Name})", () =>
            {
                text.Line($"int start = writer.BeginTag({field.Tag});");
                WriteField(text, structure, field);
                text.Line("writer.EndTag(start);");
            });
        }
    }

    private static void WriteField(SourceText text, Structure structure, Field field)
    {
        string path = $"\"{Path(structure, field)}\"";
        string method = FieldCode.Method(field);
        if (field is { IsArray: true, Kind: FieldKind.Structure })
        {
            if (field.IsNullable)
            {
                WriteChosen(text, field, structure, nullable => $"writer.Write{(nullable ? "Nullable" : "")}Count({field.Name}, {path});");
            }
            else
            {
                text.Line($"writer.WriteCount({field.Name}, {path});");
            }

            When(text, field.IsNullable ? $"{field.Name} is not null" : null, () =>
                text.Block($"foreach ({field.Structure!.Name} element in {field.Name})", () => text.Line("element.Write(writer, version);")));
        }
        else if (field.IsArray)
        {
            WriteChosen(text, field, structure, nullable => $"writer.Write{(nullable ? "Nullable" : "")}{method}s({field.Name}, {path});");
        }
        else if (field.Kind == FieldKind.Structure)
        {
            text.Line($"{field.Name}!.Write(writer, version);");
        }
        else if (field.Kind is FieldKind.String or FieldKind.Records or FieldKind.Bytes)
        {
            WriteChosen(text, field, structure, nullable => $"writer.Write{(nullable ? "Nullable" : "")}{method}({field.Name}, {path});");
        }
        else
        {
            text.Line($"writer.Write{method}({field.Name});");
        }
    }

    // The expression for the versions in which the field may be null, for those in which it may not, or a choice between them.
    private static string Choose(Field field, Structure structure, Func<bool, string> expression)
    {
        if (!field.IsNullable)
        {
            return expression(false);
        }

        string? condition = FieldCode.Condition(field.NullableVersions, field.Versions.And(structure.Versions));
        return condition is null ? expression(true) : $"{condition} ? {expression(true)} : {expression(false)}";
    }

    private static void WriteChosen(SourceText text, Field field, Structure structure, Func<bool, string> statement)
    {
        string? condition = field.IsNullable ? FieldCode.Condition(field.NullableVersions, field.Versions.And(structure.Versions)) : null;
        When(text, condition, () => text.Line(statement(field.IsNullable)));
        if (condition is not null)
        {
            text.Block("else", () => text.Line(statement(false)));
        }
    }

    private static void When(SourceText text, string? condition, Action body)
    {
        if (condition is null)
        {
            body();
        }
        else
        {
            text.Block($"if ({condition})", body);
        }
    }

    private static bool HasFlexible(Message message, Structure structure) => !message.Api.Flexible.And(structure.Versions).IsEmpty;

    private static string Head(Message message)
    {
        Api api = message.Api;
        string flexible = api.Flexible.IsEmpty ? "KafkaApi.NeverFlexible" : $"{api.Flexible.Min}";
        return $"\"{message.Name}\", version, min: {api.Versions.Min}, max: {api.Versions.Max}, flexible: {flexible}";
    }

    private static string Path(Structure structure, Field field) => structure.Path.Length == 0 ? field.Name : $"{structure.Path}.{field.Name}";

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
