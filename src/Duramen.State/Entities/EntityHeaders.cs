namespace Duramen.State.Entities;

/// <summary>The headers that an append to an entity puts on its records, as every consumer of the log sees them.</summary>
public static class EntityHeaders
{
    /// <summary>
    /// The version of the record, a decimal number in ASCII. It keeps the numbering when the records before it are gone.
    /// </summary>
    public const string Version = "duramen.version";

    /// <summary>The request id, in UTF-8, on the last record of its append.</summary>
    public const string Request = "duramen.request";

    /// <summary>What the names begin with that users cannot choose.</summary>
    public const string Reserved = "duramen.";
}
