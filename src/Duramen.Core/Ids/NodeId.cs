using System.Globalization;

namespace Duramen.Core.Ids;

/// <summary>The number of a node in its cluster, from 1; given once and never to another machine.</summary>
public readonly record struct NodeId(int Value) : IComparable<NodeId>
{
    /// <summary>No node: nobody was voted for, no leader is known.</summary>
    public static NodeId None => default;

    /// <summary>Whether this names a node.</summary>
    public bool IsSome => Value != 0;

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <summary>The id as <c>n1</c>, or a dash for none.</summary>
    public override string ToString() => IsSome ? string.Create(CultureInfo.InvariantCulture, $"n{Value}") : "-";

    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;
}
