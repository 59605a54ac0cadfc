namespace Duramen.Simulation.Networks;

/// <summary>How a network behaves; drawn anew for each run.</summary>
internal sealed record NetworkOptions
{
    /// <summary>The shortest way, in microseconds.</summary>
    public int MinDelayUs { get; init; } = 200;

    /// <summary>The mean of what comes on top, in microseconds; exponential.</summary>
    public int MeanDelayUs { get; init; } = 500;

    /// <summary>How often a message takes a hundred times as long.</summary>
    public double SlowShare { get; init; }

    /// <summary>How often a message gets lost.</summary>
    public double LossShare { get; init; }

    /// <summary>How often a message arrives twice.</summary>
    public double DuplicateShare { get; init; }

    /// <summary>How often one of the messages of long ago arrives again.</summary>
    public double ReplayShare { get; init; }

    /// <summary>How often a bit of a message is flipped.</summary>
    public double CorruptShare { get; init; }
}
