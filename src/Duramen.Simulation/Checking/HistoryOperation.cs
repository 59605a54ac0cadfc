using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>What a client did with a register and saw, between two moments.</summary>
/// <param name="Command">What it asked.</param>
/// <param name="Result">What it was told; any, if it was told nothing.</param>
/// <param name="Invoked">The moment it first asked. Moments are numbers, no two of them the same.</param>
/// <param name="Returned">The moment it was told, or <see cref="long.MaxValue"/> if it never was.</param>
internal readonly record struct HistoryOperation(Command Command, long Result, long Invoked, long Returned)
{
    public bool IsAnswered => Returned != long.MaxValue;
}
