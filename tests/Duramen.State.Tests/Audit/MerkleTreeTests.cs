using Duramen.State.Audit.Merkle;

namespace Duramen.State.Tests.Audit;

public sealed class MerkleTreeTests
{
    private const int MaxSize = 260;

    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, MaxSize).Select(index => BitConverter.GetBytes(index * 2654435761L))];

    private static readonly MerkleTree Tree = Grow(MaxSize);

    [Fact]
    public void The_root_of_every_size_is_that_of_the_recursive_definition()
    {
        for (int size = 0; size <= MaxSize; size++)
        {
            Assert.Equal(new MerkleHash(NaiveTree.Root(Leaves.AsSpan(0, size))), Tree.RootAt(size));
        }
    }

    [Fact]
    public void The_hashes_are_those_of_known_trees()
    {
        // Of Certificate Transparency's reference: the empty tree, one empty leaf, and eight leaves.
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MerkleHash.Empty.ToString());
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", MerkleHash.OfLeaf([]).ToString());
        string[] inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        var tree = new MerkleTree(new MerkleNodeList());
        foreach (string input in inputs)
        {
            tree.Append(MerkleHash.OfLeaf(Convert.FromHexString(input)));
        }

        Assert.Equal("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", tree.RootAt(8).ToString());
    }

    [Fact]
    public void Every_leaf_of_every_size_is_proved_as_the_recursive_definition_does_it()
    {
        for (int size = 1; size <= MaxSize; size++)
        {
            MerkleHash root = Tree.RootAt(size);
            for (int index = 0; index < size; index++)
            {
                IReadOnlyList<MerkleHash> path = Tree.ProveInclusion(index, size);
                if (size <= 70)
                {
                    Assert.Equal(NaiveTree.Inclusion(index, Leaves.AsSpan(0, size)), path);
                }

                Assert.True(MerkleProof.VerifyInclusion(MerkleHash.OfLeaf(Leaves[index]), index, size, root, path));
            }
        }
    }

    [Fact]
    public void Every_two_sizes_are_proved_consistent_as_the_recursive_definition_does_it()
    {
        for (int size = 0; size <= MaxSize; size++)
        {
            MerkleHash root = Tree.RootAt(size);
            for (int old = 0; old <= size; old++)
            {
                IReadOnlyList<MerkleHash> path = Tree.ProveConsistency(old, size);
                if (size <= 70 && old > 0)
                {
                    Assert.Equal(NaiveTree.Consistency(old, Leaves.AsSpan(0, size)), path);
                }

                Assert.True(MerkleProof.VerifyConsistency(old, Tree.RootAt(old), size, root, path));
            }
        }
    }

    [Fact]
    public void A_proof_of_inclusion_fails_with_any_bit_altered_and_at_any_other_place_or_size()
    {
        for (int size = 1; size <= 40; size++)
        {
            MerkleHash root = Tree.RootAt(size);
            for (int index = 0; index < size; index++)
            {
                MerkleHash leaf = MerkleHash.OfLeaf(Leaves[index]);
                MerkleHash[] path = [.. Tree.ProveInclusion(index, size)];
                foreach (MerkleHash altered in Altered(leaf))
                {
                    Assert.False(MerkleProof.VerifyInclusion(altered, index, size, root, path));
                }

                foreach (MerkleHash altered in Altered(root))
                {
                    Assert.False(MerkleProof.VerifyInclusion(leaf, index, size, altered, path));
                }

                foreach (MerkleHash[] altered in AlteredPaths(path))
                {
                    Assert.False(MerkleProof.VerifyInclusion(leaf, index, size, root, altered));
                }

                for (int other = -1; other <= size; other++)
                {
                    Assert.Equal(other == index, MerkleProof.VerifyInclusion(leaf, other, size, root, path));
                }
            }
        }
    }

    [Fact]
    public void A_proof_of_consistency_fails_with_any_bit_altered()
    {
        for (int size = 1; size <= 33; size++)
        {
            MerkleHash root = Tree.RootAt(size);
            for (int old = 1; old < size; old++)
            {
                MerkleHash oldRoot = Tree.RootAt(old);
                MerkleHash[] path = [.. Tree.ProveConsistency(old, size)];
                foreach (MerkleHash altered in Altered(root))
                {
                    Assert.False(MerkleProof.VerifyConsistency(old, oldRoot, size, altered, path));
                }

                foreach (MerkleHash altered in Altered(oldRoot))
                {
                    Assert.False(MerkleProof.VerifyConsistency(old, altered, size, root, path));
                }

                foreach (MerkleHash[] altered in AlteredPaths(path))
                {
                    Assert.False(MerkleProof.VerifyConsistency(old, oldRoot, size, root, altered));
                }
            }
        }
    }

    [Fact]
    public void Sizes_that_cannot_be_are_refused_by_the_verification()
    {
        MerkleHash root = Tree.RootAt(5);
        Assert.False(MerkleProof.VerifyConsistency(6, Tree.RootAt(6), 5, root, []));
        Assert.False(MerkleProof.VerifyConsistency(-1, root, 5, root, []));
        Assert.False(MerkleProof.VerifyConsistency(0, root, 5, root, []));
        Assert.False(MerkleProof.VerifyConsistency(5, root, 5, Tree.RootAt(4), []));
        Assert.False(MerkleProof.VerifyConsistency(3, Tree.RootAt(3), 5, root, []));
        Assert.False(MerkleProof.VerifyInclusion(MerkleHash.OfLeaf(Leaves[0]), 0, 0, MerkleHash.Empty, []));
        Assert.True(MerkleProof.VerifyConsistency(0, MerkleHash.Empty, 5, root, []));
    }

    [Fact]
    public void A_tree_goes_on_from_the_nodes_that_were_kept()
    {
        for (int size = 0; size <= 70; size++)
        {
            var nodes = new MerkleNodeList();
            var tree = new MerkleTree(nodes);
            Enumerable.Range(0, size).ToList().ForEach(index => tree.Append(MerkleHash.OfLeaf(Leaves[index])));
            var resumed = new MerkleTree(nodes, size);
            resumed.Append(MerkleHash.OfLeaf(Leaves[size]));
            Assert.Equal(Tree.RootAt(size + 1), resumed.RootAt(size + 1));
            Assert.Equal(Tree.RootAt(size), resumed.RootAt(size));
        }
    }

    internal static IEnumerable<MerkleHash> Altered(MerkleHash hash)
    {
        for (int bit = 0; bit < 8 * MerkleHash.SizeBytes; bit++)
        {
            byte[] bytes = new byte[MerkleHash.SizeBytes];
            hash.Write(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return new MerkleHash(bytes);
        }
    }

    private static MerkleTree Grow(int size)
    {
        var tree = new MerkleTree(new MerkleNodeList());
        for (int index = 0; index < size; index++)
        {
            tree.Append(MerkleHash.OfLeaf(Leaves[index]));
        }

        return tree;
    }

    /// <summary>One bit of each hash altered, one hash left out, one too many, two exchanged.</summary>
    private static IEnumerable<MerkleHash[]> AlteredPaths(MerkleHash[] path)
    {
        for (int at = 0; at < path.Length; at++)
        {
            MerkleHash[] altered = [.. path];
            altered[at] = Altered(path[at]).ElementAt(at * 7 % 256);
            yield return altered;
            yield return [.. path[..at], .. path[(at + 1)..]];
            if (at > 0)
            {
                yield return [.. path[..(at - 1)], path[at], path[at - 1], .. path[(at + 1)..]];
            }
        }

        yield return [.. path, MerkleHash.Empty];
        yield return [MerkleHash.Empty, .. path];
    }
}
