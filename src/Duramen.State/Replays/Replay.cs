using Duramen.Log;
using Duramen.State.Replication;
using Duramen.State.Tables;

namespace Duramen.State.Replays;

/// <summary>
/// History again: the records of a log, or a range of them, put through a projection or a state machine, one by one, in memory. Nothing is written to the log, and no reply goes to anybody.
/// <code>
/// ReplayRun run = await Replay.Of(log).Through(new OrdersByCustomer()).RunAsync();
/// Assert.Equal("3"u8, run.Get("alice"u8));
/// </code>
/// </summary>
public sealed class Replay
{
    private readonly ILog _log;
    private readonly ReplayOptions _options;

    private Replay(ILog log, ReplayOptions options)
    {
        _log = log;
        _options = options;
    }

    /// <summary>Says which records are replayed.</summary>
    /// <param name="log">Any log: in memory, in a data folder, or a partition of a cluster.</param>
    /// <param name="options">Which of its records; all by default.</param>
    public static Replay Of(ILog log, ReplayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new Replay(log, options ?? new ReplayOptions());
    }

    /// <summary>Puts them through a projection; the state is its table.</summary>
    public ReplayRun Through(IProjection projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        return new ReplayRun(_log, new ReplayedProjection(projection), _options);
    }

    /// <summary>Has a state machine execute their values as inputs; the state is its state. Its replies are shown, and go nowhere.</summary>
    public ReplayRun Through(IStateMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return new ReplayRun(_log, new ReplayedMachine(machine), _options);
    }
}
