namespace Duramen.Simulation.Protocols;

/// <summary>A rule that can be broken on purpose.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Protocol">Which protocol's rule it is; empty for one of the simulated node.</param>
/// <param name="What">What goes on when it is broken.</param>
/// <param name="KilledBy">The invariants that must notice.</param>
public sealed record MutantEntry(string Id, string Protocol, string What, IReadOnlyList<string> KilledBy);
