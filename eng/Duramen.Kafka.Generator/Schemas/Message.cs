namespace Duramen.Kafka.Generator.Schemas;

/// <summary>A request or a response.</summary>
internal sealed class Message(Api api, bool isRequest)
{
    /// <summary>The API it belongs to.</summary>
    public Api Api { get; } = api;

    /// <summary>Whether it is the request.</summary>
    public bool IsRequest { get; } = isRequest;

    /// <summary>Its name, also that of the class.</summary>
    public string Name => Api.Name + (IsRequest ? "Request" : "Response");

    /// <summary>Its own fields.</summary>
    public Structure Root { get; } = new("", "");

    /// <summary>The structures in it, in the order in which they appear.</summary>
    public List<Structure> Structures { get; } = [];

    /// <summary>The fewest bytes one element of an array takes, in whatever version has it.</summary>
    public int MinElementSizeBytes(Field array)
    {
        VersionRange versions = array.Versions.And(Api.Versions);
        return Enumerable.Range(versions.Min, versions.Max - versions.Min + 1)
            .Min(version => (array with { IsArray = false }).MinSizeBytes(version, Api.IsFlexible(version)));
    }
}
