using System.Globalization;
using System.Text;
using Duramen.Simulation.Faults;
using Duramen.Simulation.Protocols;

namespace Duramen.Simulation.Reports;

/// <summary>Which invariant notices each broken rule, and at which seed: the table in docs/simulation.md.</summary>
public static class MutantTable
{
    /// <summary>Seeds after which a rule counts as broken unnoticed.</summary>
    public const ulong MaxSeeds = 2_000;

    /// <summary>The first run in which an invariant that is about the broken rule notices it; null when none does. What others notice before does not count.</summary>
    public static SimulationResult? FirstFailure(MutantEntry mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        for (ulong seed = 1; seed <= MaxSeeds; seed++)
        {
            SimulationResult result = SimulationRun.Run(Swarm.Draw(seed, mutant.Protocol.Length == 0 ? "raft" : mutant.Protocol, mutant.Id));
            if (!result.IsGood && mutant.KilledBy.Contains(result.Invariant!))
            {
                return result;
            }
        }

        return null;
    }

    /// <summary>Runs every mutant; <paramref name="progress"/> is told which one.</summary>
    public static string Write(Action<string>? progress = null)
    {
        var table = new StringBuilder("| mutant | what is broken | noticed by | at seed |\n|---|---|---|---|\n");
        foreach (MutantEntry mutant in MutantCatalog.All)
        {
            progress?.Invoke(mutant.Id);
            SimulationResult? noticed = FirstFailure(mutant);
            table.Append(CultureInfo.InvariantCulture, $"| {mutant.Id} | {mutant.What} | {noticed?.Invariant ?? "nothing"} | {noticed?.Options.Seed} |\n");
        }

        return table.ToString();
    }
}
