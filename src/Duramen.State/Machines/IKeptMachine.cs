using Duramen.State.Keyframes;

namespace Duramen.State.Machines;

/// <summary>
/// A machine whose state can be kept whole, so that a host goes on from there instead of folding the log from its start.
/// <para>
/// It is for logs that keep their records. A log that is compacted is its own keyframe: it holds the last record of every key. And it forgets removals in time, which a
/// state that was kept before them would bring back.
/// </para>
/// </summary>
public interface IKeptMachine : IMachine
{
    /// <summary>
    /// Gives the state as it is now, after the records that were applied and before any other; what is applied later must not change it. Commands wait for this, so that it copies nothing: immutable
    /// collections (<see cref="System.Collections.Immutable"/>) are frozen already. Nothing is in it that <see cref="IMachine.Apply"/> did not put there.
    /// </summary>
    IFrozenState Freeze();

    /// <summary>Takes over a state that was frozen. Called once, on a machine in its first state, before anything else.</summary>
    /// <param name="state">What <see cref="IFrozenState.WriteTo"/> wrote, in that order.</param>
    void Restore(StateReader state);
}
