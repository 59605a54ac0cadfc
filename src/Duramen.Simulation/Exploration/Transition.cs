namespace Duramen.Simulation.Exploration;

/// <summary>What a move makes of a node: a replica and its host are deterministic, so that is learned once and holds wherever else that node is in that state.</summary>
/// <param name="Next">The node's state afterwards.</param>
/// <param name="Sent">The messages that left, by their numbers in the table.</param>
/// <param name="Writes">Whether something was written, so that it makes a difference whether the sync is late.</param>
internal sealed record Transition(LocalState Next, int[] Sent, bool Writes);
