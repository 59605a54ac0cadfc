using Duramen.Consensus.Paxos;
using Duramen.Consensus.Raft;
using Duramen.Simulation.Clients;
using Duramen.Simulation.Faults;
using Duramen.Simulation.Networks;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation;

/// <summary>Everything that decides how a run goes. Equal options give equal runs.</summary>
public sealed record SimulationOptions
{
    /// <summary>What all chance in the run is drawn from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The protocol's name.</summary>
    public string Protocol { get; init; } = "raft";

    /// <summary>The rule that is broken on purpose; empty for none.</summary>
    public string Mutant { get; init; } = "";

    /// <summary>Whether more disks may be taken than the group can lose. Then it may stop for good, and must say nothing wrong.</summary>
    public bool IsBeyond { get; init; }

    /// <summary>Nodes that are members from the beginning.</summary>
    public int Voters { get; init; } = 3;

    /// <summary>Nodes that may become members.</summary>
    public int Spares { get; init; }

    /// <summary>How many requests must be answered before the faults end.</summary>
    public int Requests { get; init; } = 100;

    /// <summary>After this time the faults end anyway, in microseconds.</summary>
    public long FaultsEndUs { get; init; } = 60_000_000;

    /// <summary>What goes wrong, and when.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    internal int NodeCount => Voters + Spares;

    internal NetworkOptions Network { get; init; } = new();

    internal NodeOptions Nodes { get; init; } = new();

    internal ClientOptions Clients { get; init; } = new();

    internal RaftOptions Raft { get; init; } = new();

    internal PaxosOptions Paxos { get; init; } = new();

    /// <summary>The longest election timeout, in microseconds.</summary>
    internal long ElectionUs => 2L * Raft.ElectionTicks * Nodes.TickUs;
}
