namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>The types of messages. Every message's epoch is the view that its sender is in.</summary>
public enum ViewstampedMessage : byte
{
    /// <summary>
    /// A <see cref="ViewPart"/> from the primary: the paper's PREPARE. Without entries it is the paper's COMMIT, and the first one of a view its STARTVIEW (4.1, 4.2).
    /// </summary>
    Prepare = 1,

    /// <summary>A <see cref="Messages.PrepareOk"/>.</summary>
    PrepareOk = 2,

    /// <summary>A <see cref="Messages.StartViewChange"/>.</summary>
    StartViewChange = 3,

    /// <summary>A <see cref="Messages.DoViewChange"/>.</summary>
    DoViewChange = 4,

    /// <summary>A <see cref="Messages.GetState"/>.</summary>
    GetState = 5,

    /// <summary>A <see cref="ViewPart"/> that answers a <see cref="Messages.GetState"/> (5.2).</summary>
    NewState = 6,

    /// <summary>A <see cref="Messages.StartEra"/>.</summary>
    StartEra = 7,

    /// <summary>The sender is in the era of the message: the paper's EPOCHSTARTED (7.1). It has no body.</summary>
    EraStarted = 8,

    /// <summary>The primary asks the receiver to ask for the next view that is its turn; it has no body.</summary>
    TakeOver = 9,
}
