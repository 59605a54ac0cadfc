using System.Numerics;

namespace Duramen.State.Audit.Merkle;

/// <summary>
/// The numbers of the nodes of a tree, in post-order: node 0 is leaf 0, node 1 is leaf 1, node 2 is what stands over the two, node 3 is leaf 2. Only whole
/// subtrees, those over 2^k leaves, have a number; what is at the right edge is computed from them.
/// </summary>
internal static class MerkleNumbers
{
    /// <summary>How many nodes there are once a tree has so many leaves.</summary>
    public static long NodesOf(long leaves) => (2 * leaves) - BitOperations.PopCount((ulong)leaves);

    /// <summary>The number of the node over the 2^<paramref name="level"/> leaves that begin with <paramref name="firstLeaf"/>, a multiple of that.</summary>
    public static long NodeOver(long firstLeaf, int level)
    {
        // It becomes complete with its last leaf, behind the nodes below it that do so too.
        long lastLeaf = firstLeaf + (1L << level) - 1;
        return NodesOf(lastLeaf) + level;
    }

    /// <summary>Where a tree of two leaves or more is split: the largest power of two below its size (RFC 9162, section 2.1.1).</summary>
    public static long SplitOf(long leaves) => 1L << BitOperations.Log2((ulong)(leaves - 1));
}
