namespace Duramen.State.Audit.Merkle;

/// <summary>
/// Whether proofs hold (RFC 9162, sections 2.1.3.2 and 2.1.4.2). Nothing but the arguments is needed: neither log nor tree. Total: whatever the arguments are,
/// the answer is yes or no.
/// </summary>
public static class MerkleProof
{
    /// <summary>Whether a tree of a size with a root has a leaf at an index.</summary>
    /// <param name="leaf">The hash of the leaf.</param>
    /// <param name="index">Where it is to be, from 0.</param>
    /// <param name="size">The leaves of the tree.</param>
    /// <param name="root">The root of the tree.</param>
    /// <param name="path">What <see cref="MerkleTree.ProveInclusion"/> returned.</param>
    public static bool VerifyInclusion(MerkleHash leaf, long index, long size, MerkleHash root, IReadOnlyList<MerkleHash> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= size)
        {
            return false;
        }

        // Both climb a level with each hash: the leaf's place, and that of the last leaf, beyond which nothing stands on the right.
        long place = index;
        long last = size - 1;
        MerkleHash hash = leaf;
        foreach (MerkleHash sibling in path)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = MerkleHash.OfNode(sibling, hash);

                // At the right edge, levels without a sibling have no hash in the path.
                while ((place & 1) == 0 && place != 0)
                {
                    place >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = MerkleHash.OfNode(hash, sibling);
            }

            place >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }

    /// <summary>Whether a tree begins with all leaves of an older one, which any tree does where that is empty.</summary>
    /// <param name="oldSize">The leaves of the older tree.</param>
    /// <param name="oldRoot">Its root.</param>
    /// <param name="size">The leaves of the newer tree.</param>
    /// <param name="root">Its root.</param>
    /// <param name="path">What <see cref="MerkleTree.ProveConsistency"/> returned.</param>
    public static bool VerifyConsistency(long oldSize, MerkleHash oldRoot, long size, MerkleHash root, IReadOnlyList<MerkleHash> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (oldSize <= 0 || oldSize >= size)
        {
            return oldSize >= 0 && path.Count == 0
                && (oldSize == size ? oldRoot == root && (size > 0 || root == MerkleHash.Empty) : oldSize == 0 && oldRoot == MerkleHash.Empty);
        }

        long place = oldSize - 1;
        long last = size - 1;
        while ((place & 1) == 1)
        {
            place >>= 1;
            last >>= 1;
        }

        // What the two trees have in common stands at the start of the path, but where that is the whole older tree.
        int next = place == 0 ? 0 : 1;
        if (path.Count < next)
        {
            return false;
        }

        MerkleHash older = next == 0 ? oldRoot : path[0];
        MerkleHash newer = older;
        for (; next < path.Count; next++)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                older = MerkleHash.OfNode(path[next], older);
                newer = MerkleHash.OfNode(path[next], newer);
                while ((place & 1) == 0 && place != 0)
                {
                    place >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                newer = MerkleHash.OfNode(newer, path[next]);
            }

            place >>= 1;
            last >>= 1;
        }

        return last == 0 && older == oldRoot && newer == root;
    }
}
