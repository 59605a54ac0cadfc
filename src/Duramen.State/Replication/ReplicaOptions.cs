using Duramen.State.Keyframes;

namespace Duramen.State.Replication;

/// <summary>How a replica runs.</summary>
public sealed record ReplicaOptions
{
    /// <summary>
    /// Whether each input is executed twice on the same state, the second time in another culture, and the results compared, which finds a machine that is not deterministic at the first input
    /// that shows it, for twice the work. A machine whose chance is one in a thousand is found in a thousand inputs.
    /// </summary>
    public bool ExecutesTwice { get; init; }

    /// <summary>Where states are kept for later; nowhere by default, since a store on disk keeps its own.</summary>
    public KeyframeFolder? Keyframes { get; init; }

    /// <summary>After how many records a keyframe is kept.</summary>
    public long KeyframeInterval { get; init; } = 100_000;

    /// <summary>After how many records digests are noted for comparison; every replica of a log has the same.</summary>
    public long DigestInterval { get; init; } = 1_000;

    /// <summary>The clock that inputs are stamped with; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
