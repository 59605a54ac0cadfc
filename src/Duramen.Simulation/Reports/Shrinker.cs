using Duramen.Simulation.Faults;

namespace Duramen.Simulation.Reports;

/// <summary>
/// Leaves out of a run that fails whatever it fails without: first halves of the faults, then smaller parts down to single ones (Zeller's ddmin), then what
/// the network does, then clients and requests.
/// </summary>
public static class Shrinker
{
    /// <summary>Runs after which it is content with what it has.</summary>
    private const int MaxRuns = 400;

    /// <summary>A smaller run of the same seed that breaks the same invariant.</summary>
    public static Reduction Shrink(SimulationResult failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        int runs = 0;
        bool stillFails(Reduction reduction) =>
            runs++ < MaxRuns && SimulationRun.Run(reduction.Apply(failure.Options)).Invariant == failure.Invariant;

        var smallest = new Reduction { KeepFaults = [.. failure.Options.Faults.Select(fault => fault.Number)] };
        smallest = ShrinkFaults(smallest, stillFails);
        foreach (string feature in Reduction.Features)
        {
            Reduction less = smallest with { Without = [.. smallest.Without, feature] };
            smallest = stillFails(less) ? less : smallest;
        }

        for (int clients = 1; clients < failure.Options.Clients.Count; clients++)
        {
            Reduction less = smallest with { Clients = clients };
            if (stillFails(less))
            {
                smallest = less;
                break;
            }
        }

        for (int requests = failure.Answered; requests > 0; requests /= 2)
        {
            Reduction less = smallest with { Requests = requests };
            if (!stillFails(less))
            {
                break;
            }

            smallest = less;
        }

        return ShrinkFaults(smallest, stillFails);
    }

    private static Reduction ShrinkFaults(Reduction smallest, Func<Reduction, bool> stillFails)
    {
        int pieces = 2;
        while (smallest.KeepFaults!.Count > 0)
        {
            int size = Math.Max(1, (smallest.KeepFaults.Count + pieces - 1) / pieces);
            Reduction? smaller = null;
            for (int start = 0; start < smallest.KeepFaults.Count && smaller is null; start += size)
            {
                int from = start;
                Reduction less = smallest with { KeepFaults = [.. smallest.KeepFaults.Where((_, at) => at < from || at >= from + size)] };
                smaller = stillFails(less) ? less : null;
            }

            if (smaller is not null)
            {
                smallest = smaller;
            }
            else if (size == 1)
            {
                break;
            }
            else
            {
                pieces *= 2;
            }
        }

        return smallest;
    }
}
