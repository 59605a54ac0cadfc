namespace Duramen.State.Audit.Merkle;

/// <summary>
/// Where the nodes of a growing tree are kept, one after the other. Nodes are numbered in the order in which they become complete: each leaf, and behind it
/// the nodes that it completes. What is written once never changes, so a file that only grows can keep them.
/// </summary>
public interface IMerkleNodes
{
    /// <summary>The node with a number, one that was appended.</summary>
    /// <exception cref="StateException"><see cref="StateErrors.AuditDamaged"/>: what is kept is not what was written.</exception>
    MerkleHash Read(long number);

    /// <summary>Keeps the next node.</summary>
    void Append(MerkleHash node);
}
