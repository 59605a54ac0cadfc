namespace Duramen.Simulation.Nodes;

/// <summary>How nodes behave; drawn anew for each run.</summary>
internal sealed record NodeOptions
{
    /// <summary>The time between ticks of a clock that goes right, in microseconds.</summary>
    public int TickUs { get; init; } = 100_000;

    /// <summary>How much faster or slower a clock goes at most, as a share.</summary>
    public double ClockDrift { get; init; }

    /// <summary>The shortest sync, in microseconds.</summary>
    public int MinSyncUs { get; init; } = 300;

    /// <summary>What comes on top at most, in microseconds.</summary>
    public int MoreSyncUs { get; init; } = 2_000;

    /// <summary>A snapshot is taken after so many entries.</summary>
    public int SnapshotEvery { get; init; } = 100;

    /// <summary>So many entries before the snapshot are kept for members that lag.</summary>
    public int KeepBehind { get; init; } = 20;
}
