namespace Duramen.Simulation.Exploration;

/// <summary>One thing that happens, at one node.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">Where, counted from 0.</param>
/// <param name="Argument">Which message, by its number in the table, or which value.</param>
/// <param name="IsLate">Whether what it writes is not synced at once.</param>
internal readonly record struct Move(MoveKind Kind, int Node, int Argument = 0, bool IsLate = false)
{
    /// <summary>What a node's next state follows from, beside its present one.</summary>
    public long Input => ((long)Argument << 8) | ((long)Kind << 1) | (IsLate ? 1L : 0);
}
