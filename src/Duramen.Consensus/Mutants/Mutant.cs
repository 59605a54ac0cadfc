using System.Diagnostics;

namespace Duramen.Consensus.Mutants;

/// <summary>
/// The places where a rule can be broken on purpose, to see whether the simulator notices. These sources are compiled twice: into the assembly that ships,
/// where the compiler drops every call of this class, and into one for simulations with SIM_MUTANTS defined. docs/simulation.md lists them.
/// </summary>
internal static class Mutant
{
#if SIM_MUTANTS
    [ThreadStatic]
    private static string? _active;

    /// <summary>The mutant that is switched on for this thread, which a simulation never leaves; null for none. Set before one starts and not while it runs.</summary>
    public static string? Active
    {
        get => _active;
        set => _active = value;
    }
#endif

    /// <summary>Gives the outcome of a rule another value while that mutant is switched on.</summary>
    [Conditional("SIM_MUTANTS")]
    public static void Weaken<T>(string mutant, ref T outcome, T broken)
    {
#if SIM_MUTANTS
        if (Active == mutant)
        {
            outcome = broken;
        }
#endif
    }
}
