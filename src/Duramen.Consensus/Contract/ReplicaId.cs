using System.Globalization;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Contract;

/// <summary>
/// A member of a replication group: a node together with the disk it remembers on. The same node with another disk is another replica, because it
/// no longer knows what it promised. So a node that lost its disk has no vote and no acknowledgement that counts until the membership takes
/// the new replica in, and messages to the old one do not reach it. Ordered by node, then by disk.
/// </summary>
/// <param name="Node">The node.</param>
/// <param name="Disk">Drawn at random when the disk is formatted for this group; 0 is no disk.</param>
public readonly record struct ReplicaId(NodeId Node, ulong Disk) : IComparable<ReplicaId>
{
    /// <summary>The size of an id in every binary format, in bytes.</summary>
    public const int SizeBytes = sizeof(int) + sizeof(ulong);

    /// <summary>No replica.</summary>
    public static ReplicaId None => default;

    /// <inheritdoc/>
    public int CompareTo(ReplicaId other) => Node != other.Node ? Node.CompareTo(other.Node) : Disk.CompareTo(other.Disk);

    /// <summary>The node, and the last four digits of the disk.</summary>
    public override string ToString() =>
        Node.IsSome ? string.Create(CultureInfo.InvariantCulture, $"{Node}/{Disk & 0xFFFF:x4}") : Node.ToString();

    public static bool operator <(ReplicaId left, ReplicaId right) => left.CompareTo(right) < 0;

    public static bool operator >(ReplicaId left, ReplicaId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ReplicaId left, ReplicaId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ReplicaId left, ReplicaId right) => left.CompareTo(right) >= 0;
}
