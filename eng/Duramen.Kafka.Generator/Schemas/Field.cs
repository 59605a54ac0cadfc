namespace Duramen.Kafka.Generator.Schemas;

/// <summary>One field of a message or structure.</summary>
/// <param name="Name">Its name, also that of the property.</param>
/// <param name="Kind">What it is, or what its elements are.</param>
/// <param name="IsArray">Whether it is an array.</param>
/// <param name="Structure">The structure it, or each element, is; null when it is something else.</param>
/// <param name="Versions">The versions that have it.</param>
/// <param name="NullableVersions">The versions in which it may be null.</param>
/// <param name="Default">What it is when it is absent; null for null, zero or empty.</param>
/// <param name="Tag">Its number, when it is a tagged field.</param>
/// <param name="IsIgnorable">Whether it may be left out silently in a version that does not have it.</param>
/// <param name="Text">What it means.</param>
internal sealed record Field(
    string Name,
    FieldKind Kind,
    bool IsArray,
    Structure? Structure,
    VersionRange Versions,
    VersionRange NullableVersions,
    string? Default,
    int? Tag,
    bool IsIgnorable,
    string Text)
{
    /// <summary>Whether it may be null in some version.</summary>
    public bool IsNullable => !NullableVersions.IsEmpty;

    /// <summary>The fewest bytes it takes in a version that has it.</summary>
    public int MinSizeBytes(int version, bool isFlexible) => IsArray
        ? (isFlexible ? 1 : 4)
        : Kind switch
        {
            FieldKind.Bool or FieldKind.Int8 => 1,
            FieldKind.Int16 or FieldKind.Error => 2,
            FieldKind.Int32 => 4,
            FieldKind.Int64 => 8,
            FieldKind.Uuid => 16,
            FieldKind.String => isFlexible ? 1 : 2,
            FieldKind.Bytes or FieldKind.Records => isFlexible ? 1 : 4,
            _ => Structure!.MinSizeBytes(version, isFlexible),
        };
}
