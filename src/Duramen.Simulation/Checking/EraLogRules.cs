namespace Duramen.Simulation.Checking;

/// <summary>The names of the rules about logs in a protocol with eras (docs/simulation.md).</summary>
/// <param name="Matching">Entries of one place and epoch are the same everywhere, and so are those before them.</param>
/// <param name="Order">Epochs do not go back along a log.</param>
/// <param name="EraEnd">An entry that changes the members is the last of its era.</param>
/// <param name="Cut">Nothing that is committed is cut off.</param>
internal readonly record struct EraLogRules(string Matching, string Order, string EraEnd, string Cut);
