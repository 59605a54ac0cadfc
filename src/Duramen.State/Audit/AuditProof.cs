using Duramen.Core.Ids;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit;

/// <summary>That a batch is part of a sealed history, with all that is needed to check it but a seal that the checker trusts. See <see cref="AuditVerification"/>.</summary>
public sealed record AuditProof
{
    /// <summary>The offset of the record that is proved.</summary>
    public required Offset Offset { get; init; }

    /// <summary>The history that the batch is part of, as the prover has it. Nothing vouches for it but a seal of the checker's own.</summary>
    public required AuditSeal Seal { get; init; }

    /// <summary>The place of the batch among those of the history, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>The batch that holds the record, all bytes of it.</summary>
    public required ReadOnlyMemory<byte> Batch { get; init; }

    /// <summary>The hashes beside the way from the batch to the root, from below.</summary>
    public required IReadOnlyList<MerkleHash> Inclusion { get; init; }

    /// <summary>An older seal, of which it is proved that the history goes on from it; null when that was not asked.</summary>
    public AuditSeal? Since { get; init; }

    /// <summary>The hashes that show this; none when there is no older seal.</summary>
    public IReadOnlyList<MerkleHash> Consistency { get; init; } = [];
}
