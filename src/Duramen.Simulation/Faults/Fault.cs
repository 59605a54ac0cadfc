namespace Duramen.Simulation.Faults;

/// <summary>One fault of a schedule.</summary>
/// <param name="Number">Its place in the schedule that was drawn; what a repetition names it by.</param>
/// <param name="AtUs">When, in microseconds from the start.</param>
/// <param name="Kind">What.</param>
/// <param name="DurationUs">For how long, where that has a meaning.</param>
/// <param name="Pick">Decides whom it hits, and how; its meaning depends on the group at that moment.</param>
public readonly record struct Fault(int Number, long AtUs, FaultKind Kind, long DurationUs, ulong Pick)
{
    /// <summary>Whether it hits whoever leads at that moment, if somebody does: that is where it hurts.</summary>
    public bool HitsLeader => Pick >> 63 != 0;
}
