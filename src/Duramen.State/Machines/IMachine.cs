using Duramen.Records.Batches;

namespace Duramen.State.Machines;

/// <summary>
/// A state that is the fold of a log. <see cref="Apply"/> is the only code that changes it: what a command decides, what a restart replays and what
/// a replica follows all come through there, so that all of them arrive at the same state. It owns no clock, chance, thread or file.
/// <para>
/// Beside that a machine may keep what it does not mind losing when its host ends, such as parked calls and sessions. Commands and ticks change
/// that directly; it must never decide what <see cref="Apply"/> does.
/// </para>
/// One caller at a time: the host.
/// </summary>
public interface IMachine
{
    /// <summary>The earliest time at which <see cref="Tick"/> has something to do, in the milliseconds of <see cref="Decision.NowMs"/>; null for never.</summary>
    long? NextDeadlineMs => null;

    /// <summary>Changes the state as one record says. Depends on nothing but the record and the state.</summary>
    /// <param name="record">The record; its memory is the host's and only good during the call.</param>
    /// <exception cref="Duramen.Core.Errors.DuramenException">The record is none of this machine's; its host stops.</exception>
    void Apply(RecordView record);

    /// <summary>Decides what the passing of time asks for; called when a deadline has passed, which must not be the next one any more afterwards.</summary>
    void Tick(Decision decision)
    {
    }
}
