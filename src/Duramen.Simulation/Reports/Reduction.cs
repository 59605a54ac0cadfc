using System.Globalization;
using Duramen.Simulation.Networks;

namespace Duramen.Simulation.Reports;

/// <summary>What is left out of a run that its seed would draw; null or nothing leaves all of it.</summary>
public sealed record Reduction
{
    /// <summary>What can be left out of the network's and the clocks' behaviour.</summary>
    public static IReadOnlyList<string> Features { get; } = ["loss", "duplicates", "replays", "damage", "slowness", "drift", "client-loss", "spares"];

    /// <summary>The faults that stay, by their numbers.</summary>
    public IReadOnlyList<int>? KeepFaults { get; init; }

    /// <summary>The features that are left out.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>How many requests must be answered before the faults end.</summary>
    public int? Requests { get; init; }

    /// <summary>How many clients there are.</summary>
    public int? Clients { get; init; }

    /// <summary>The options that remain.</summary>
    public SimulationOptions Apply(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        NetworkOptions network = options.Network;
        bool isWithout(string feature) => Without.Contains(feature);
        return options with
        {
            Faults = KeepFaults is null ? options.Faults : [.. options.Faults.Where(fault => KeepFaults.Contains(fault.Number))],
            Requests = Requests ?? options.Requests,
            Spares = isWithout("spares") ? 0 : options.Spares,
            Clients = options.Clients with
            {
                Count = Clients ?? options.Clients.Count,
                LossShare = isWithout("client-loss") ? 0 : options.Clients.LossShare,
            },
            Nodes = options.Nodes with { ClockDrift = isWithout("drift") ? 0 : options.Nodes.ClockDrift },
            Network = network with
            {
                LossShare = isWithout("loss") ? 0 : network.LossShare,
                DuplicateShare = isWithout("duplicates") ? 0 : network.DuplicateShare,
                ReplayShare = isWithout("replays") ? 0 : network.ReplayShare,
                CorruptShare = isWithout("damage") ? 0 : network.CorruptShare,
                SlowShare = isWithout("slowness") ? 0 : network.SlowShare,
            },
        };
    }

    /// <summary>It as options of the command line; empty when nothing is left out.</summary>
    public override string ToString()
    {
        var words = new List<string>();
        if (KeepFaults is not null)
        {
            words.Add("--keep-faults " + (KeepFaults.Count == 0 ? "none" : string.Join(',', KeepFaults)));
        }

        if (Without.Count > 0)
        {
            words.Add("--without " + string.Join(',', Without));
        }

        if (Requests is int requests)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"--requests {requests}"));
        }

        if (Clients is int clients)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"--clients {clients}"));
        }

        return string.Join(' ', words);
    }
}
