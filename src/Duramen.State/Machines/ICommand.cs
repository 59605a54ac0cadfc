namespace Duramen.State.Machines;

/// <summary>Something that is asked of a machine: its data, and how it is decided. A question is a command that decides no records.</summary>
/// <typeparam name="TMachine">The machine that decides it.</typeparam>
/// <typeparam name="TReply">What the caller is told. It leaves the machine, so it must not change afterwards.</typeparam>
public interface ICommand<in TMachine, TReply>
    where TMachine : IMachine
{
    /// <summary>
    /// Puts the records and replies that follow from the command and the state of the machine into <paramref name="decision"/>, and leaves that state
    /// as it is: the host applies the records after this. What is wrong with a command is a reply; an exception is a bug and stops the host.
    /// </summary>
    /// <param name="machine">The state, with the effects of all earlier commands.</param>
    /// <param name="caller">
    /// Where the reply goes. A machine may keep it and reply in a later command or tick: the call is then parked.
    /// </param>
    /// <param name="decision">What to append and whom to answer.</param>
    void Decide(TMachine machine, ReplySlot<TReply> caller, Decision decision);
}
