using System.Globalization;

namespace Duramen.Core.Ids;

/// <summary>
/// A reign of one leader: Raft's term, Paxos's ballot, ZAB's epoch, the view of Viewstamped Replication. Ordered by number, then by node.
/// Only a ballot carries its node; where an election makes a number unique the node is <see cref="NodeId.None"/>.
/// </summary>
public readonly record struct Epoch(long Number, NodeId Node = default) : IComparable<Epoch>
{
    /// <summary>Before every reign.</summary>
    public static Epoch Zero => default;

    /// <inheritdoc/>
    public int CompareTo(Epoch other) => Number != other.Number ? Number.CompareTo(other.Number) : Node.CompareTo(other.Node);

    /// <summary>The later of two epochs.</summary>
    public static Epoch Max(Epoch left, Epoch right) => left >= right ? left : right;

    /// <summary>The number, with the node behind a dot where there is one.</summary>
    public override string ToString() => Node.IsSome
        ? string.Create(CultureInfo.InvariantCulture, $"{Number}.{Node.Value}")
        : Number.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(Epoch left, Epoch right) => left.Number < right.Number || (left.Number == right.Number && left.Node < right.Node);

    public static bool operator >(Epoch left, Epoch right) => right < left;

    public static bool operator <=(Epoch left, Epoch right) => !(right < left);

    public static bool operator >=(Epoch left, Epoch right) => !(left < right);
}
