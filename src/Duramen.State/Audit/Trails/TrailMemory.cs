using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit.Trails;

/// <summary>A trail in memory: 80 bytes for each batch.</summary>
internal sealed class TrailMemory : ITrailStore
{
    private readonly MerkleNodeList _nodes = new();
    private readonly List<TrailLeaf> _leaves = [];

    public long Leaves => _leaves.Count;

    public MerkleHash Read(long number) => _nodes.Read(number);

    public void Append(MerkleHash node) => _nodes.Append(node);

    public TrailLeaf ReadLeaf(long index) => _leaves[checked((int)index)];

    public void AppendLeaf(TrailLeaf leaf) => _leaves.Add(leaf);

    public void Keep(MerkleHash root)
    {
    }

    public void Dispose()
    {
    }
}
