namespace Duramen.State.Machines;

/// <summary>One go of a machine: a command, a tick, a keyframe or the end. First it is decided, then its append ends, then its replies are given.</summary>
internal abstract class Turn<TMachine>
{
    /// <summary>What was decided; null when nothing was, or the host stopped before.</summary>
    public Decision? Decision { get; set; }

    /// <summary>Decides; by default there is nothing to be decided.</summary>
    public virtual void Decide(TMachine machine, Decision decision)
    {
    }
}
