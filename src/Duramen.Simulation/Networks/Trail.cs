namespace Duramen.Simulation.Networks;

/// <summary>Where a message comes from and what its sender had heard by then.</summary>
/// <param name="From">The node that sent it.</param>
/// <param name="SentUs">When.</param>
/// <param name="HeardUs">When the latest message was sent that the sender had taken in from the receiver; -1 for none.</param>
internal readonly record struct Trail(int From, long SentUs, long HeardUs);
