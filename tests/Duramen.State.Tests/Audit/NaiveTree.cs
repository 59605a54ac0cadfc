using System.Security.Cryptography;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Tests.Audit;

/// <summary>The definitions of RFC 9162 (sections 2.1.1, 2.1.3.1 and 2.1.4.1) as they are written there: recursive, over lists, with no thought for cost.</summary>
internal static class NaiveTree
{
    public static byte[] Root(ReadOnlySpan<byte[]> leaves) => leaves.Length switch
    {
        0 => SHA256.HashData([]),
        1 => SHA256.HashData([0, .. leaves[0]]),
        _ => SHA256.HashData([1, .. Root(leaves[..Split(leaves.Length)]), .. Root(leaves[Split(leaves.Length)..])]),
    };

    public static List<MerkleHash> Inclusion(int index, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
        {
            return [];
        }

        int split = Split(leaves.Length);
        return index < split
            ? [.. Inclusion(index, leaves[..split]), new MerkleHash(Root(leaves[split..]))]
            : [.. Inclusion(index - split, leaves[split..]), new MerkleHash(Root(leaves[..split]))];
    }

    public static List<MerkleHash> Consistency(int oldSize, ReadOnlySpan<byte[]> leaves, bool isOldRootKnown = true)
    {
        if (oldSize == leaves.Length)
        {
            return isOldRootKnown ? [] : [new MerkleHash(Root(leaves))];
        }

        int split = Split(leaves.Length);
        return oldSize <= split
            ? [.. Consistency(oldSize, leaves[..split], isOldRootKnown), new MerkleHash(Root(leaves[split..]))]
            : [.. Consistency(oldSize - split, leaves[split..], false), new MerkleHash(Root(leaves[..split]))];
    }

    private static int Split(int count)
    {
        int split = 1;
        while (split * 2 < count)
        {
            split *= 2;
        }

        return split;
    }
}
