namespace Duramen.Kafka.Generator.Schemas;

/// <summary>One API of the protocol: a request and its response.</summary>
internal sealed class Api
{
    /// <summary>Makes an API without fields.</summary>
    public Api(string name, int key, string text)
    {
        Name = name;
        Key = key;
        Text = text;
        Request = new(this, isRequest: true);
        Response = new(this, isRequest: false);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its number.</summary>
    public int Key { get; }

    /// <summary>What it is for.</summary>
    public string Text { get; }

    /// <summary>The versions that can be read and written.</summary>
    public VersionRange Versions { get; set; } = VersionRange.None;

    /// <summary>The versions that a server names to its clients; the same ones unless the schema says otherwise.</summary>
    public VersionRange Advertised { get; set; } = VersionRange.None;

    /// <summary>The versions with compact lengths and tagged fields.</summary>
    public VersionRange Flexible { get; set; } = VersionRange.None;

    /// <summary>The request.</summary>
    public Message Request { get; }

    /// <summary>The response.</summary>
    public Message Response { get; }

    /// <summary>Whether a version has compact lengths and tagged fields.</summary>
    public bool IsFlexible(int version) => Flexible.Has(version);
}
