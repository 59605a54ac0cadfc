using Duramen.Simulation.Reports;

namespace Duramen.Simulation;

/// <summary>How a run ended.</summary>
/// <param name="Options">What it was run with.</param>
/// <param name="Events">How many events happened.</param>
/// <param name="VirtualUs">How long it took in its own time, in microseconds.</param>
/// <param name="Faults">How many faults of the schedule happened.</param>
/// <param name="Mistreated">How many messages were lost, doubled, damaged or replayed.</param>
/// <param name="Answered">How many requests were answered.</param>
/// <param name="Hash">Stands for all that happened; equal options give an equal hash.</param>
/// <param name="Coverage">Which situations came up.</param>
/// <param name="IsHalted">Whether the group lost more than it can do without and did not get well.</param>
/// <param name="Invariant">The invariant that did not hold; null when all did.</param>
/// <param name="What">What was seen; empty when all held.</param>
public sealed record SimulationResult(
    SimulationOptions Options, long Events, long VirtualUs, int Faults, long Mistreated, int Answered, ulong Hash, Coverage Coverage, bool IsHalted, string? Invariant, string What)
{
    /// <summary>Whether every invariant held.</summary>
    public bool IsGood => Invariant is null;
}
