namespace Duramen.Simulation.Checking;

/// <summary>An invariant does not hold; ends the run.</summary>
internal sealed class ViolationException : Exception
{
    public ViolationException(string invariant, string what)
        : base($"{invariant}: {what}")
    {
        Invariant = invariant;
        What = what;
    }

    /// <summary>Which one, by its number in docs/simulation.md.</summary>
    public string Invariant { get; }

    /// <summary>What was seen.</summary>
    public string What { get; }
}
