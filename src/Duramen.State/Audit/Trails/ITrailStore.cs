using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit.Trails;

/// <summary>Where a trail is kept: the nodes of its tree, and which offsets each leaf has. What is appended is never changed.</summary>
internal interface ITrailStore : IMerkleNodes, IDisposable
{
    /// <summary>The leaves whose offsets and nodes are there.</summary>
    long Leaves { get; }

    /// <summary>The offsets of a leaf.</summary>
    /// <exception cref="StateException"><see cref="StateErrors.AuditDamaged"/>.</exception>
    TrailLeaf ReadLeaf(long index);

    /// <summary>Keeps the offsets of the next leaf, whose nodes were appended before.</summary>
    void AppendLeaf(TrailLeaf leaf);

    /// <summary>Makes everything that was appended last, if it is to last.</summary>
    /// <param name="root">The root of the tree as it is now.</param>
    void Keep(MerkleHash root);
}
