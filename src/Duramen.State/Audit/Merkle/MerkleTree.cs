using System.Numerics;

namespace Duramen.State.Audit.Merkle;

/// <summary>
/// A Merkle tree that only grows (RFC 9162, section 2.1): its root at any size it ever had, and the proofs that a leaf is in it and that a larger tree begins
/// with a smaller one. An append hashes one node on average, a root or proof reads about log2 of the size. One owner, one thread at a time.
/// </summary>
/// <param name="nodes">Where the nodes are kept.</param>
/// <param name="size">The leaves whose nodes are there.</param>
public sealed class MerkleTree(IMerkleNodes nodes, long size = 0)
{
    /// <summary>The number of leaves.</summary>
    public long Size { get; private set; } = size;

    /// <summary>Appends a leaf.</summary>
    public void Append(MerkleHash leaf)
    {
        // A leaf completes as many nodes as its number ends in ones; each has a whole subtree of the same size on its left.
        int completed = BitOperations.TrailingZeroCount(~(ulong)Size);
        MerkleHash node = leaf;
        nodes.Append(node);
        for (int level = 0; level < completed; level++)
        {
            long left = Size + 1 - (2L << level);
            node = MerkleHash.OfNode(nodes.Read(MerkleNumbers.NodeOver(left, level)), node);
            nodes.Append(node);
        }

        Size++;
    }

    /// <summary>The hash of a leaf.</summary>
    public MerkleHash LeafAt(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
        return nodes.Read(MerkleNumbers.NodeOver(index, 0));
    }

    /// <summary>The root when the tree had so many leaves.</summary>
    public MerkleHash RootAt(long size)
    {
        CheckSize(size);
        return size == 0 ? MerkleHash.Empty : Over(0, size);
    }

    /// <summary>What proves that a leaf is in the tree of a size, in the order of <see cref="MerkleProof.VerifyInclusion"/>: from the leaf up.</summary>
    public IReadOnlyList<MerkleHash> ProveInclusion(long index, long size)
    {
        CheckSize(size);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        List<MerkleHash> path = [];
        long first = 0;
        long end = size;
        while (end - first > 1)
        {
            long split = first + MerkleNumbers.SplitOf(end - first);
            if (index < split)
            {
                path.Add(Over(split, end));
                end = split;
            }
            else
            {
                path.Add(Over(first, split));
                first = split;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>What proves that the tree of a size begins with the leaves of a smaller one, in the order of <see cref="MerkleProof.VerifyConsistency"/>.</summary>
    public IReadOnlyList<MerkleHash> ProveConsistency(long oldSize, long size)
    {
        CheckSize(size);
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        if (oldSize == 0 || oldSize == size)
        {
            return [];
        }

        List<MerkleHash> path = [];
        long first = 0;
        long end = size;
        while (end != oldSize)
        {
            long split = first + MerkleNumbers.SplitOf(end - first);
            if (oldSize <= split)
            {
                path.Add(Over(split, end));
                end = split;
            }
            else
            {
                path.Add(Over(first, split));
                first = split;
            }
        }

        // Where the smaller tree is a whole subtree at the left edge, the verifier has its root already.
        if (first > 0)
        {
            path.Add(Over(first, end));
        }

        path.Reverse();
        return path;
    }

    /// <summary>The hash over leaves that are a subtree of some tree: they begin at a multiple of the power of two that holds them.</summary>
    private MerkleHash Over(long first, long end)
    {
        long leaves = end - first;
        if (BitOperations.IsPow2(leaves))
        {
            return nodes.Read(MerkleNumbers.NodeOver(first, BitOperations.Log2((ulong)leaves)));
        }

        long split = first + MerkleNumbers.SplitOf(leaves);
        return MerkleHash.OfNode(Over(first, split), Over(split, end));
    }

    private void CheckSize(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
    }
}
