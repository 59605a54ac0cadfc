namespace Duramen.Simulation.Exploration;

/// <summary>
/// How much may happen in a small world. Messages need no bound: each may arrive at any time after it was sent, or never.
/// </summary>
public sealed record ExplorationBounds
{
    /// <summary>Nodes, all of them voters.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>Values proposed, each to any node that leads at that moment.</summary>
    public int Values { get; init; } = 2;

    /// <summary>
    /// How often a node's time passes until it does something by itself: a leader's heartbeat, a follower that misses its leader, a candidate that tries again.
    /// </summary>
    public int Waits { get; init; } = 4;

    /// <summary>How often a leader is asked to hand over, to each of the others; a change of the leader that needs no waiting.</summary>
    public int HandOvers { get; init; }

    /// <summary>How many messages get lost, in that one arrives that was sent behind them on the same link; null for any number.</summary>
    public int? Losses { get; init; }

    /// <summary>How often somebody comes to lead after the first leader.</summary>
    public int LeaderChanges { get; init; } = 2;

    /// <summary>How often a node dies, loses what it did not sync, and starts again.</summary>
    public int Crashes { get; init; } = 1;

    /// <summary>How often a disk does not sync at once, but at any later time; until then everything that the node writes waits too.</summary>
    public int LateSyncs { get; init; } = 1;

    /// <summary>States after which the search ends without having seen all of them.</summary>
    public int MaxStates { get; init; } = 1_000_000;
}
