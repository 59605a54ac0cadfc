using Duramen.Core.Ids;

namespace Duramen.State.Audit;

/// <summary>How a trail is opened.</summary>
public sealed record AuditTrailOptions
{
    /// <summary>What seals call the log; its own name by default.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// The offset with which a new trail begins; where a kept one begins, or 0, when not given. A batch is never cut: the trail begins with the batch that holds it.
    /// </summary>
    public Offset? First { get; init; }

    /// <summary>Told, in a sentence, when a kept trail was damaged and made again from the log.</summary>
    public Action<string>? Notice { get; init; }
}
