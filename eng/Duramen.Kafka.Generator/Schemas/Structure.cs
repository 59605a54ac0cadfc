namespace Duramen.Kafka.Generator.Schemas;

/// <summary>Fields in the order in which they are written.</summary>
internal sealed class Structure(string name, string path)
{
    /// <summary>Its name, also that of the class.</summary>
    public string Name { get; } = name;

    /// <summary>How the path of its fields begins: where it stands in the message, or its name when it stands in several places.</summary>
    public string Path { get; set; } = path;

    /// <summary>The versions in which it occurs.</summary>
    public VersionRange Versions { get; set; } = VersionRange.None;

    /// <summary>Its fields.</summary>
    public List<Field> Fields { get; } = [];

    /// <summary>The fields that are always there in the versions that have them.</summary>
    public IEnumerable<Field> Untagged => Fields.Where(each => each.Tag is null);

    /// <summary>The fields that stand behind the others, each with its number, when they are not the default.</summary>
    public IEnumerable<Field> Tagged => Fields.Where(each => each.Tag is not null).OrderBy(each => each.Tag);

    /// <summary>The fewest bytes it takes in a version.</summary>
    public int MinSizeBytes(int version, bool isFlexible) =>
        Untagged.Where(field => field.Versions.Has(version)).Sum(field => field.MinSizeBytes(version, isFlexible)) + (isFlexible ? 1 : 0);
}
