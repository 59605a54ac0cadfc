namespace Duramen.State.Audit.Merkle;

/// <summary>The nodes of a tree in memory: 32 bytes for each, two nodes for each leaf.</summary>
public sealed class MerkleNodeList : IMerkleNodes
{
    private readonly List<MerkleHash> _nodes = [];

    /// <inheritdoc/>
    public MerkleHash Read(long number) => _nodes[checked((int)number)];

    /// <inheritdoc/>
    public void Append(MerkleHash node) => _nodes.Add(node);
}
