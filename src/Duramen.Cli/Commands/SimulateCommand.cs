using System.Diagnostics;
using System.Globalization;
using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Simulation;
using Duramen.Simulation.Comparing;
using Duramen.Simulation.Faults;
using Duramen.Simulation.Protocols;
using Duramen.Simulation.Reports;

namespace Duramen.Cli.Commands;

/// <summary>Runs the simulator that tests the consensus protocols.</summary>
internal static class SimulateCommand
{
    private const int TimelineLines = 60;

    private static readonly CommandOption Protocol = new("--protocol", "NAME", $"what to simulate (default raft): {string.Join(", ", Campaign.Protocols)}");
    private static readonly CommandOption Seeds = new("--seeds", "N", "how many seeds to run (default 1000, or 1 with --seed)", new(1));
    private static readonly CommandOption Seed = new("--seed", "S", "the first seed (default 1)", new(0));
    private static readonly CommandOption Mutant = new("--mutant", "ID", "break a rule on purpose, to see whether it is noticed");
    private static readonly CommandOption KeepFaults = new("--keep-faults", "LIST", "only these faults of the seed's schedule, by number; 'none' for none");
    private static readonly CommandOption Without = new("--without", "LIST", $"leave out: {string.Join(", ", Reduction.Features)}");
    private static readonly CommandOption Requests = new("--requests", "N", "end the faults after so many answers", new(1, int.MaxValue));
    private static readonly CommandOption Clients = new("--clients", "N", "so many clients", new(1, 1000));
    private static readonly CommandOption Timeline = new("--timeline", null, "print what each node did in the first seed, and nothing else");

    private static readonly CommandOption Beyond = new("--beyond", null, "take more disks than a group can lose: it may stop, and must say nothing wrong");
    private static readonly CommandOption Mutants = new("--mutants", null, "break every rule, one after the other, and print the table that says what notices it");
    private static readonly CommandOption Compare = new("--compare", null, "measure the protocols side by side, and print the page with the table");

    public static Command Command { get; } = new()
    {
        Name = "simulate",
        Summary = "Test a consensus protocol against a network, disks and clocks that fail",
        Description =
            "Runs a replicated group in virtual time, once for each seed, and checks every promise after every event. The same seed is the same run.\n"
            + "A run that fails is made smaller, drawn as a timeline, and named by the command that repeats it; exit code 1.",
        Arguments = [],
        Options = [Protocol, Seeds, Seed, Mutant, KeepFaults, Without, Requests, Clients, Timeline, Beyond, Exploration.Explore, Exploration.Bounds, Mutants, Compare],
        Examples = ["duramen simulate --protocol raft --seeds 1000", "duramen simulate --protocol raft --seeds 2000 --mutant R04", "duramen simulate --protocol raft --explore --bounds values=1,waits=2,crashes=0,late=0"],
        Run = (input, interrupted) => Task.FromResult(Run(input, interrupted)),
    };

    private static int Run(CommandInput input, CancellationToken interrupted)
    {
        if (input.Has(Compare.Name))
        {
            using var page = new StandardOutput();
            Print(page, Comparison.Write().TrimEnd('\n').Split('\n'));
            return CommandRunner.Done;
        }

        if (input.Has(Mutants.Name))
        {
            using var table = new StandardOutput();
            string rows = MutantTable.Write(mutant =>
            {
                interrupted.ThrowIfCancellationRequested();
                Messages.Progress(mutant);
            });
            Messages.Progress("");
            Print(table, rows.TrimEnd('\n').Split('\n'));
            return CommandRunner.Done;
        }

        string protocol = input.Choice(Protocol.Name, [.. Campaign.Protocols]);
        string mutant = input.Text(Mutant.Name) ?? "";
        CheckMutant(input, protocol, mutant);
        ulong first = (ulong)(input.Number(Seed) ?? 1);
        long count = input.Number(Seeds) ?? (input.Has(Seed.Name) ? 1 : 1000);
        Reduction reduction = ReductionOf(input);
        if (input.Has(Exploration.Explore.Name))
        {
            return Exploration.Run(input, protocol, mutant, interrupted);
        }

        if (input.Has(Exploration.Bounds.Name))
        {
            throw input.Wrong($"{Exploration.Bounds.Name} needs {Exploration.Explore.Name}");
        }

        using var output = new StandardOutput();
        if (input.Has(Timeline.Name))
        {
            Print(output, SimulationRun.Explain(reduction.Apply(Swarm.Draw(first, protocol, mutant, input.Has(Beyond.Name)))));
            return CommandRunner.Done;
        }

        var campaign = new Campaign(protocol, mutant, reduction, input.Has(Beyond.Name));
        var watch = Stopwatch.StartNew();
        for (ulong seed = first; seed < first + (ulong)count && campaign.Run(seed); seed++)
        {
            interrupted.ThrowIfCancellationRequested();
            if (campaign.Seeds % 100 == 0)
            {
                Messages.Progress(FormattableString.Invariant($"{campaign.Seeds} seeds"));
            }
        }

        Messages.Progress("");
        Summarize(output, campaign, watch.Elapsed);
        if (campaign.Failure is not SimulationResult failure)
        {
            output.WriteLine("verdict     every invariant held");
            output.Flush();
            return CommandRunner.Done;
        }

        Explain(output, campaign, failure, reduction);
        return CommandRunner.Failed;
    }

    private static void Summarize(StandardOutput output, Campaign campaign, TimeSpan elapsed)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 1e-9);
        double virtualSeconds = campaign.VirtualUs / 1e6;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seeds       {campaign.Seeds}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"events      {campaign.Events} ({campaign.Events / seconds:F0} a second)"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"virtual     {virtualSeconds:F0} s ({virtualSeconds / seconds:F0} in a second)"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"faults      {campaign.Faults}, and {campaign.Mistreated} messages lost, doubled, damaged or replayed"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"answers     {campaign.Answered}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"probes      {campaign.Situations.Count - campaign.Missed.Count} of {campaign.Situations.Count} situations came up"));
        if (campaign.Halted > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stopped     {campaign.Halted} groups that lost more disks than they can do without"));
        }

        if (campaign.Missed.Count > 0)
        {
            output.WriteLine($"missed      {string.Join(", ", campaign.Missed)}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hash        {campaign.Hash:x16}"));
    }

    private static void Explain(StandardOutput output, Campaign campaign, SimulationResult failure, Reduction reduction)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"verdict     seed {failure.Options.Seed} breaks {failure.Invariant} at event {failure.Events}, {failure.VirtualUs / 1e6:F3} s: {failure.What}"));
        output.WriteLine($"repeat      {campaign.Repeat(failure, reduction)}");
        output.Flush();
        Reduction smaller = reduction == new Reduction() ? Shrinker.Shrink(failure) : reduction;
        SimulationOptions options = smaller.Apply(failure.Options);
        output.WriteLine($"smaller     {campaign.Repeat(failure, smaller)}");
        foreach (Fault fault in options.Faults)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"            fault {fault.Number} at {fault.AtUs / 1e6:F3} s: {fault.Kind}"));
        }

        IReadOnlyList<string> lines = SimulationRun.Explain(options);
        output.WriteLine(lines.Count > TimelineLines ? $"the last {TimelineLines} lines of {lines.Count}; all of them with --timeline:" : "what happened:");
        Print(output, lines.Skip(lines.Count - TimelineLines));
    }

    private static void Print(StandardOutput output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }

        output.Flush();
    }

    private static void CheckMutant(CommandInput input, string protocol, string mutant)
    {
        if (mutant.Length == 0)
        {
            return;
        }

        // Another protocol's mutant would break nothing, and every invariant would hold.
        IEnumerable<string> ids = MutantCatalog.All.Where(entry => entry.Protocol.Length == 0 || entry.Protocol == protocol).Select(entry => entry.Id);
        if (!ids.Contains(mutant))
        {
            throw input.Wrong($"{Mutant.Name} is '{mutant}' and must be one of {protocol}'s: {string.Join(", ", ids)}");
        }

        if (!MutantCatalog.IsAvailable)
        {
            throw input.Wrong("This program was built without the mutants; build it from its sources");
        }
    }

    private static Reduction ReductionOf(CommandInput input)
    {
        string[] without = input.Text(Without.Name)?.Split(',') ?? [];
        if (without.Except(Reduction.Features).FirstOrDefault() is string unknown)
        {
            throw input.Wrong($"{Without.Name} has '{unknown}', which is none of: {string.Join(", ", Reduction.Features)}");
        }

        return new Reduction
        {
            KeepFaults = input.Text(KeepFaults.Name) is string list ? NumbersOf(input, list) : null,
            Without = without,
            Requests = (int?)input.Number(Requests),
            Clients = (int?)input.Number(Clients),
        };
    }

    private static int[] NumbersOf(CommandInput input, string list)
    {
        var numbers = new List<int>();
        foreach (string word in list == "none" ? [] : list.Split(','))
        {
            numbers.Add(int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw input.Wrong($"{KeepFaults.Name} has '{word}', which is no number of a fault"));
        }

        return [.. numbers];
    }
}
