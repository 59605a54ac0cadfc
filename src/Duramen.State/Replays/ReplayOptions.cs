using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Replays;

/// <summary>What is replayed, and from which state.</summary>
public sealed record ReplayOptions
{
    /// <summary>
    /// The first record that is shown as a step; those between the state and it are applied without being shown. The position of the state by default.
    /// </summary>
    public Offset? From { get; init; }

    /// <summary>No record at or behind this offset is applied; at most, and by default, the committed end when the replay begins.</summary>
    public Offset? To { get; init; }

    /// <summary>
    /// The state to go on from, the fold of this log by the same projection or machine up to its position: a keyframe that was restored, or
    /// <see cref="ReplayRun.StateOf"/> a table. Nothing, at the start of the log, by default. The replay puts into it.
    /// </summary>
    public IVersionedStore? State { get; init; }

    /// <summary>Whether each record is applied twice to the same state, the second time in another culture, and the results compared, which finds code that is not deterministic at the first record that shows it.</summary>
    public bool AppliesTwice { get; init; }
}
