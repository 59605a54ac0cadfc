namespace Duramen.Simulation.Exploration;

/// <summary>What a search through a small world found.</summary>
/// <param name="States">Different states of the world that were visited, with every checker on.</param>
/// <param name="Moves">Ways from one state to another, those to states known before included.</param>
/// <param name="LocalStates">Different states of single nodes.</param>
/// <param name="Depth">The number of moves that leads to the last state visited, and no fewer do.</param>
/// <param name="IsWhole">Whether there are no other states within the bounds.</param>
/// <param name="Hash">Stands for all states; the same on every machine.</param>
/// <param name="Invariant">The invariant that does not hold; null when all do.</param>
/// <param name="What">What was seen; empty when all hold.</param>
/// <param name="Story">The fewest moves that lead there, with what each brought.</param>
public sealed record ExplorationResult(
    int States, long Moves, int LocalStates, int Depth, bool IsWhole, ulong Hash, string? Invariant, string What, IReadOnlyList<string> Story)
{
    /// <summary>Whether every invariant held.</summary>
    public bool IsGood => Invariant is null;
}
