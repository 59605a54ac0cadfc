using Duramen.Core.Ids;

namespace Duramen.State.Audit;

/// <summary>What a check of a log's whole history found.</summary>
public sealed record AuditReport
{
    /// <summary>Whether nothing was found.</summary>
    public bool IsSound => Difference is null && Seals.All(seal => seal.Fault is null);

    /// <summary>Each seal with what is wrong with it, null where nothing is.</summary>
    public required IReadOnlyList<(AuditSeal Seal, string? Fault)> Seals { get; init; }

    /// <summary>Where the history differs first from what was sealed or taken in, as far as can be known; null where it does not.</summary>
    public AuditDifference? Difference { get; init; }

    /// <summary>The batches of a kept trail that the log was compared with, one by one.</summary>
    public required long ComparedBatches { get; init; }

    /// <summary>The batches of a kept trail that the log has no longer, having been trimmed: the trail vouches for them, and nothing is left to compare.</summary>
    public required long TrimmedBatches { get; init; }

    /// <summary>The history as it is now.</summary>
    public required AuditSeal Now { get; init; }
}
