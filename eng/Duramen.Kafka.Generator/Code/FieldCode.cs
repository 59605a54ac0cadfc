using Duramen.Kafka.Generator.Schemas;

namespace Duramen.Kafka.Generator.Code;

/// <summary>What C# says about one field.</summary>
internal static class FieldCode
{
    /// <summary>The type of its property.</summary>
    public static string Type(Field field)
    {
        string element = field.Kind switch
        {
            FieldKind.Bool => "bool",
            FieldKind.Int8 => "sbyte",
            FieldKind.Int16 => "short",
            FieldKind.Int32 => "int",
            FieldKind.Int64 => "long",
            FieldKind.Error => "KafkaError",
            FieldKind.Uuid => "Guid",
            FieldKind.String => "string",
            FieldKind.Bytes => "ReadOnlyMemory<byte>",
            FieldKind.Records => "RecordBytes",
            _ => field.Structure!.Name,
        };
        string type = field.IsArray ? $"List<{element}>" : element;
        return IsNullInCode(field) ? type + "?" : type;
    }

    /// <summary>What the property begins with, or nothing when C# already begins it so.</summary>
    public static string Initializer(Field field) => field switch
    {
        _ when IsNullInCode(field) && field.Default is null => "",
        { IsArray: true } => " = [];",
        { Kind: FieldKind.Records } when field.IsNullable && field.Default is null => " = RecordBytes.Null;",
        { Kind: FieldKind.String } => " = \"\";",
        _ when field.Default is null or "empty" => "",
        _ => $" = {field.Default};",
    };

    /// <summary>A condition that holds when the field says something that its absence would not say.</summary>
    public static string IsSet(Field field) => field switch
    {
        { IsArray: true, IsNullable: true } => $"{field.Name} is {{ Count: > 0 }}",
        { IsArray: true } => $"{field.Name}.Count > 0",
        { Kind: FieldKind.Structure } => $"{field.Name} is not null",
        { Kind: FieldKind.String } when field.IsNullable && field.Default is null => $"{field.Name} is not null",
        { Kind: FieldKind.String } => $"{field.Name} is not \"\"",
        { Kind: FieldKind.Bytes or FieldKind.Records } => $"{field.Name}.Length > 0",
        { Kind: FieldKind.Bool, Default: "true" } => "!" + field.Name,
        { Kind: FieldKind.Bool } => field.Name,
        { Kind: FieldKind.Error } => $"{field.Name} != KafkaError.None",
        { Kind: FieldKind.Uuid } => $"{field.Name} != Guid.Empty",
        _ => $"{field.Name} != {field.Default ?? "0"}",
    };

    /// <summary>The name of the method that reads one value of this kind, without the word Read.</summary>
    public static string Method(Field field) => field.Kind switch
    {
        FieldKind.Bool => "Boolean",
        _ => field.Kind.ToString(),
    };

    /// <summary>A condition on <c>version</c> that holds where the field is, or null when it is wherever its owner is.</summary>
    public static string? Condition(VersionRange versions, VersionRange owner) => (versions.Min > owner.Min, versions.Max < owner.Max) switch
    {
        (false, false) => null,
        (true, false) => $"version >= {versions.Min}",
        (false, true) => $"version <= {versions.Max}",
        _ when versions.Min == versions.Max => $"version == {versions.Min}",
        _ => $"version is >= {versions.Min} and <= {versions.Max}",
    };

    private static bool IsNullInCode(Field field) =>
        (field.IsNullable && (field.IsArray || field.Kind == FieldKind.String)) || (field.Kind == FieldKind.Structure && !field.IsArray);
}
