namespace Duramen.Simulation.Clients;

/// <summary>How clients behave; drawn anew for each run.</summary>
internal sealed record ClientOptions
{
    public int Count { get; init; } = 4;

    /// <summary>How many of the operations read.</summary>
    public double ReadShare { get; init; } = 0.4;

    /// <summary>The longest time between an answer and the next operation, in microseconds.</summary>
    public int MaxThinkUs { get; init; } = 50_000;

    /// <summary>A client that has no answer for so long tries again, in microseconds.</summary>
    public int TimeoutUs { get; init; } = 1_000_000;

    /// <summary>How often a request or an answer gets lost.</summary>
    public double LossShare { get; init; }

    /// <summary>Bytes that mean nothing behind a command, at most.</summary>
    public int MaxFillerBytes { get; init; } = 64;
}
