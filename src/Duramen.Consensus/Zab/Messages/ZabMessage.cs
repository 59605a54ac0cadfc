namespace Duramen.Consensus.Zab.Messages;

/// <summary>The types of messages, with their names in the papers. A message's epoch is the one its sender accepted last.</summary>
public enum ZabMessage : byte
{
    /// <summary>A <see cref="Messages.Look"/>: the notification of Fast Leader Election.</summary>
    Look = 1,

    /// <summary>CEPOCH: the sender would follow the receiver. It has no body; the epoch of the message is the one it accepted last.</summary>
    CEpoch = 2,

    /// <summary>A <see cref="Messages.NewEpoch"/>: NEWEPOCH.</summary>
    NewEpoch = 3,

    /// <summary>A <see cref="HistoryEnd"/>: ACK-E. The sender accepted the epoch of the message from the receiver.</summary>
    AckEpoch = 4,

    /// <summary>A <see cref="Messages.Trunc"/>: TRUNC.</summary>
    Trunc = 5,

    /// <summary>A <see cref="LogPart"/>, DIFF: a part of the history with which the epoch begins.</summary>
    Diff = 6,

    /// <summary>An <see cref="EntryName"/>, NEWLEADER: the history with which the epoch begins ends with that entry.</summary>
    NewLeader = 7,

    /// <summary>A <see cref="LogPart"/>, PROPOSE: entries made in the epoch. Without entries it is a heartbeat; COMMIT is a field of each.</summary>
    Propose = 8,

    /// <summary>An <see cref="Messages.Ack"/>: ACK, of NEWLEADER and of proposals alike.</summary>
    Ack = 9,

    /// <summary>A <see cref="HistoryEnd"/>: the sender lacks something, and asks the leader to go on behind that entry, which it has.</summary>
    Resume = 10,

    /// <summary>An <see cref="EntryName"/>: asks for what follows that entry. In the papers ACK-E brings the whole history; here it is asked for if it is needed.</summary>
    GetHistory = 11,

    /// <summary>A <see cref="LogPart"/> that answers <see cref="GetHistory"/>.</summary>
    History = 12,

    /// <summary>An <see cref="EntryName"/>: the era of the message has begun, and that entry, not before the one that began it, is committed.</summary>
    StartEra = 13,

    /// <summary>The sender is in the era of the message; it has no body.</summary>
    EraStarted = 14,

    /// <summary>The leader asks the receiver to begin the next epoch; it has no body.</summary>
    TakeOver = 15,
}
