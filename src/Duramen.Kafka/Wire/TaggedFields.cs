namespace Duramen.Kafka.Wire;

/// <summary>Where a reader is among the tagged fields of a structure (KIP-482).</summary>
public struct TaggedFields
{
    /// <summary>The number of the field that comes next.</summary>
    public int Tag { get; internal set; }

    internal int Left { get; set; }

    internal int EndPosition { get; set; }
}
