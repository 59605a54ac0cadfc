namespace Duramen.State.Replication;

/// <summary>
/// A deterministic state machine over a keyed state: what an input does depends on the input and the state, and on nothing else. The same machine runs in both
/// models of replication: in <see cref="ActiveReplica"/> every replica executes the inputs that the log holds, in <see cref="PassiveReplica"/> one executes and the
/// log holds what changed (Charron-Bost, Pedone, Schiper: Replication, chapters 2 and 3).
/// </summary>
public interface IStateMachine
{
    /// <summary>The name of the machine, which a kept state is of.</summary>
    string Name { get; }

    /// <summary>
    /// The version of what it does: another number for another behaviour. A <see cref="MachineStore"/> and keyframes of another version are not gone on with; the state is computed again.
    /// </summary>
    int Version { get; }

    /// <summary>
    /// Executes an input: reads and changes the state, and may give a reply. A machine has no clock, no chance, no threads and no files, and keeps nothing in itself
    /// between two inputs. What is wrong with an input is a reply; an exception is a bug and stops every replica at this input.
    /// </summary>
    void Execute(MachineInput input, MachineState state);
}
