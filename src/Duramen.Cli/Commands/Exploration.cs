using System.Diagnostics;
using System.Globalization;
using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Simulation.Exploration;

namespace Duramen.Cli.Commands;

/// <summary>The form of <c>simulate</c> that visits every state of a small world.</summary>
internal static class Exploration
{
    public static readonly CommandOption Explore = new("--explore", null, "visit every state of a small world, instead of drawing large ones");
    public static readonly CommandOption Bounds = new("--bounds", "LIST", "of a small world: values=2,waits=4,handovers=0,changes=2,crashes=1,late=1,losses=1,nodes=3,states=1000000");

    public static int Run(CommandInput input, string protocol, string mutant, CancellationToken interrupted)
    {
        using var explorer = new Explorer(protocol, BoundsOf(input), mutant);
        var watch = Stopwatch.StartNew();
        ExplorationResult result = explorer.Run(() =>
        {
            interrupted.ThrowIfCancellationRequested();
            Messages.Progress(FormattableString.Invariant($"{explorer.Progress} states"));
        });
        Messages.Progress("");
        using var output = new StandardOutput();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"states      {result.States} ({result.States / Math.Max(watch.Elapsed.TotalSeconds, 1e-9):F0} a second)"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"moves       {result.Moves}, {result.LocalStates} states of a node"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"depth       {result.Depth}"));
        output.WriteLine($"whole       {(result.IsWhole ? "yes, there are no other states" : "no")}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hash        {result.Hash:x16}"));
        if (result.IsGood)
        {
            output.WriteLine("verdict     every invariant held");
            output.Flush();
            return CommandRunner.Done;
        }

        output.WriteLine($"verdict     breaks {result.Invariant}: {result.What}");
        foreach (string line in result.Story)
        {
            output.WriteLine(line);
        }

        output.Flush();
        return CommandRunner.Failed;
    }

    private static ExplorationBounds BoundsOf(CommandInput input)
    {
        var bounds = new ExplorationBounds();
        foreach (string word in input.Text(Bounds.Name)?.Split(',') ?? [])
        {
            string[] parts = word.Split('=');
            int number = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
            bounds = parts[0] switch
            {
                "nodes" when number is > 0 and < 8 => bounds with { Nodes = number },
                "values" when number >= 0 => bounds with { Values = number },
                "waits" when number >= 0 => bounds with { Waits = number },
                "handovers" when number >= 0 => bounds with { HandOvers = number },
                "losses" when number >= 0 => bounds with { Losses = number },
                "changes" when number >= 0 => bounds with { LeaderChanges = number },
                "crashes" when number >= 0 => bounds with { Crashes = number },
                "late" when number >= 0 => bounds with { LateSyncs = number },
                "states" when number > 0 => bounds with { MaxStates = number },
                _ => throw input.Wrong($"{Bounds.Name} has '{word}', which is no bound"),
            };
        }

        return bounds;
    }
}
