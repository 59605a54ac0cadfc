namespace Duramen.Consensus.Paxos.Messages;

/// <summary>The types of messages. The epoch of a message about a ballot is that ballot; of any other it is the highest one that its sender promised.</summary>
public enum PaxosMessage : byte
{
    /// <summary>A <see cref="Messages.Canvass"/>.</summary>
    Canvass = 1,

    /// <summary>A <see cref="Messages.CanvassAnswer"/>.</summary>
    CanvassAnswer = 2,

    /// <summary>A <see cref="Messages.Prepare"/>: phase 1a.</summary>
    Prepare = 3,

    /// <summary>A <see cref="Messages.Promise"/>: phase 1b.</summary>
    Promise = 4,

    /// <summary>An <see cref="Messages.Accept"/>: phase 2a. Without entries it is the leader's heartbeat.</summary>
    Accept = 5,

    /// <summary>An <see cref="Messages.Accepted"/>: phase 2b.</summary>
    Accepted = 6,

    /// <summary>The sender promised the message's epoch, and so takes no part in the ballot of the receiver. It has no body.</summary>
    Refusal = 7,

    /// <summary>A <see cref="Messages.GetChosen"/>.</summary>
    GetChosen = 8,

    /// <summary>A <see cref="Messages.Chosen"/>.</summary>
    Chosen = 9,

    /// <summary>A <see cref="Messages.News"/>.</summary>
    News = 10,

    /// <summary>The leader asks the receiver to lead in its place; it has no body.</summary>
    TakeOver = 11,
}
