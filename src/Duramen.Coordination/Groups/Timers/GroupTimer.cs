using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Timers;

/// <summary>Something that is to happen at a time, unless it is disarmed or armed anew before.</summary>
/// <param name="fire">What happens; the timer is not armed by then.</param>
internal sealed class GroupTimer(Action<Decision> fire)
{
    /// <summary>When it happens; the queue's to set.</summary>
    public long DeadlineMs { get; set; }

    /// <summary>Its place among those with the same deadline; the queue's to set.</summary>
    public long Sequence { get; set; }

    /// <summary>Whether it is going to happen; the queue's to set.</summary>
    public bool IsArmed { get; set; }

    public void Fire(Decision decision) => fire(decision);
}
