namespace Duramen.Log;

/// <summary>
/// A log in which one append that depends on the end can be let past the others. Where others append all the time, the end has moved whenever such an append arrives; holding them back
/// for a moment gives it its turn.
/// </summary>
public interface IHoldableLog : ILog
{
    /// <summary>
    /// Has appends that are called from now on and expect no end wait, in the order of their calls, until what this returns is disposed. Those that expect an end do not wait. The log may be held by
    /// several; the last one lets go. It is held for the time of an append, not longer: whoever waits has no other way to go on.
    /// </summary>
    /// <returns>What lets go; null when this log stands on another one that cannot be held, and nobody waits.</returns>
    IDisposable? HoldAppends();
}
